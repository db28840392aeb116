import GRPCNIOTransportHTTP2Posix
import ServiceRuntime
import Settings

/// Where KEDA's external scaler is served, and how.
struct ScalerSettings: Sendable {
    /// Where to listen.
    let address: ListenAddress
    /// In plain text, or over TLS with the program's certificate.
    let security: HTTP2ServerTransport.Posix.TransportSecurity

    /// Reads the settings; `nil` where the scaler is not served.
    ///
    /// - Throws: `SettingError`.
    init?(_ reader: SettingsReader) throws {
        let port = try reader.value(Self.port)
        let files = (certificate: try reader.value(Self.certificate), key: try reader.value(Self.key))
        switch files {
        case (nil, nil):
            self.security = .plaintext
        case (let certificate?, let key?):
            self.security = .tls(
                certificateChain: [.file(path: certificate, format: .pem)],
                privateKey: .file(path: key, format: .pem)
            )
        default:
            let (given, missing) = files.key == nil ? (Self.certificate, Self.key) : (Self.key, Self.certificate)
            throw SettingError("\(given.name) is set and \(missing.name) is not; TLS needs both.")
        }
        guard let host = try reader.value(Self.host) else { return nil }
        self.address = ListenAddress(host: host, port: port)
    }
}

extension ScalerSettings {
    // Off by default: the port has no token, and one more that is taken must not keep the API from starting.
    static let host = Setting<String?>.optionalText(
        "NOETL_INTERNAL_API_SCALER_HOST",
        "Address to listen on for KEDA's external scaler (gRPC, no token, counts only); not served where it is not set.",
        accepted: "a host's name or address"
    )

    static let port = Setting<Int>.integer(
        "NOETL_INTERNAL_API_SCALER_PORT",
        default: 8086,
        in: 0...65535,
        "Port to listen on for KEDA's external scaler."
    )

    static let certificate = Setting<String?>.file(
        "NOETL_INTERNAL_API_SCALER_TLS_CERTIFICATE_FILE",
        "Certificate of the external scaler and those that vouch for it, PEM; with it, TLS is spoken."
    )

    static let key = Setting<String?>.file(
        "NOETL_INTERNAL_API_SCALER_TLS_KEY_FILE",
        "Private key of that certificate, PEM."
    )

    /// All, in the order in which they are shown.
    static let all: [any SettingDescription] = [Self.host, Self.port, Self.certificate, Self.key]
}
