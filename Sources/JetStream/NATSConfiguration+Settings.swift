package import Settings

extension NATSConfiguration {
    /// The setting that holds the URL: a variable of the program's own, else `NATS_URL`.
    package static func url(_ name: String) -> Setting<String> {
        .text(
            name,
            else: ["NATS_URL"],
            default: "nats://127.0.0.1:4222",
            "NATS servers, separated by commas.",
            accepted: "one or more nats://host:port or tls://host:port URLs, separated by commas",
            where: { $0.split(separator: ",", omittingEmptySubsequences: false).allSatisfy(NATSURL.isUsable) }
        )
    }

    /// `NATS_CREDS`: a credentials file.
    package static let credentials = Setting<String?>.file("NATS_CREDS", "NATS credentials file (JWT and seed).")
    /// `NATS_CA_FILE`: whom to trust.
    package static let certificateAuthority = Setting<String?>.file(
        "NATS_CA_FILE",
        "Certificate authorities for NATS over TLS."
    )
    /// `NATS_CERT_FILE`: the client's certificate.
    package static let certificate = Setting<String?>.file("NATS_CERT_FILE", "Client certificate for NATS over TLS.")
    /// `NATS_KEY_FILE`: its key.
    package static let key = Setting<String?>.file("NATS_KEY_FILE", "Private key of the client certificate.")

    /// Everything but the URL, in the order in which it is shown.
    package static let securitySettings: [any SettingDescription] = [
        Self.credentials, Self.certificateAuthority, Self.certificate, Self.key,
    ]

    /// Reads where NATS is.
    ///
    /// - Parameters:
    ///   - reader: The settings.
    ///   - url: The setting of the URL.
    ///   - name: What the server calls our connections.
    /// - Throws: `SettingError`.
    package init(settings reader: SettingsReader, url: Setting<String>, name: String) throws {
        self.init(url: try reader.value(url), name: name)
        self.credentialsFile = try reader.value(Self.credentials)
        self.certificateAuthorityFile = try reader.value(Self.certificateAuthority)
        self.certificateFile = try reader.value(Self.certificate)
        self.keyFile = try reader.value(Self.key)
        guard (self.certificateFile == nil) == (self.keyFile == nil) else {
            let missing = self.keyFile == nil ? Self.key.name : Self.certificate.name
            throw SettingError("\(missing) is missing; NATS_CERT_FILE and NATS_KEY_FILE go together.")
        }
    }
}
