import ExternalScaler
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Subprocess
import SystemPackage
import TestSupport
import Testing

@testable import InternalAPI

/// Where the external scaler listens, and how.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct ScalerListenTests {
    @Test func `it is not served unless its host is set`() async throws {
        let log = try await API.with(settings: ["NOETL_INTERNAL_API_SCALER_PORT": "1"]) { api in
            let answer = try await api.pendingCount()
            #expect(answer.status == 200)
        }
        #expect(!log.contains { $0.contains("Listening for KEDA") })
    }

    @Test func `its host may be a name`() async throws {
        try await API.withScaler(settings: ["NOETL_INTERNAL_API_SCALER_HOST": "localhost"]) { _, keda in
            let isActive = try await keda.isActive()
            #expect(!isActive)
        }
    }

    @Test func `an address that cannot be had ends the program, which names it`() async throws {
        try await API.with { api in
            for (host, port) in [("127.0.0.1", "\(api.port)"), ("nowhere.invalid", "1")] {
                let end = try await Self.run(["HOST": host, "PORT": port])
                #expect(end.status == .exited(1))
                let sentence = "internal-api: cannot listen on \(host):\(port): "
                // The server that is stopped may have a word after it.
                #expect(end.log.contains { $0.hasPrefix(sentence) }, "\(end.log)")
            }
        }
    }

    @Test func `over TLS it is who its certificate says, and nobody else is let in`() async throws {
        try await Certificate.with { certificate in
            let files = ["TLS_CERTIFICATE_FILE": certificate.path, "TLS_KEY_FILE": certificate.keyPath]
            try await API.with(settings: API.scalerSettings.merging(Self.scaler(files)) { $1 }) { api in
                let port = try await api.scalerPort()
                let trusting = HTTP2ClientTransport.Posix.TransportSecurity.tls { tls in
                    tls.trustRoots = .certificates([.file(path: certificate.path, format: .pem)])
                }
                try await ScalerClient.with(port: port, security: trusting) { keda in
                    #expect(try await !keda.isActive())
                    try await keda.listen { stream in
                        try await api.database.addRows(1...1)
                        #expect(try await stream.next(1) == [true])
                    }
                }
                for security in [HTTP2ClientTransport.Posix.TransportSecurity.plaintext, .tls] {
                    try await ScalerClient.with(port: port, security: security) { keda in
                        var options = CallOptions.defaults
                        options.timeout = .seconds(30)
                        let error = await #expect(throws: RPCError.self) {
                            try await keda.stub.isActive(keda.scaledObject, options: options)
                        }
                        #expect(error?.code == .unavailable)
                    }
                }
            }
        }
    }

    @Test func `a certificate without its key, or the other way round, is refused`() async throws {
        try await Certificate.with { certificate in
            for (given, missing, path) in [
                ("TLS_CERTIFICATE_FILE", "TLS_KEY_FILE", certificate.path),
                ("TLS_KEY_FILE", "TLS_CERTIFICATE_FILE", certificate.keyPath),
            ] {
                let end = try await Self.run([given: path])
                #expect(end.status == .exited(2))
                #expect(
                    end.log.last == """
                        internal-api: NOETL_INTERNAL_API_SCALER_\(given) is set and NOETL_INTERNAL_API_SCALER_\(missing) is \
                        not; TLS needs both.
                        """
                )
            }
            // Both are there, and the certificate is none.
            let end = try await Self.run([
                "HOST": "127.0.0.1", "PORT": "0", "TLS_CERTIFICATE_FILE": certificate.keyPath,
                "TLS_KEY_FILE": certificate.keyPath,
            ])
            #expect(end.status == .exited(1))
            let sentence = "internal-api: cannot listen on 127.0.0.1:0: "
            #expect(end.log.contains { $0.hasPrefix(sentence) }, "\(end.log)")
        }
    }

    private static func scaler(_ settings: [String: String]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: settings.map { ("NOETL_INTERNAL_API_SCALER_\($0)", $1) })
    }

    /// Runs a program that is expected to end by itself.
    private static func run(_ settings: [String: String]) async throws -> RelayProcess.End {
        let environment = ["DATABASE_URL": ScratchDatabase.uri, "NOETL_INTERNAL_API_PORT": "0"]
        return try await RelayProcess.run(
            "internal-api",
            environment: environment.merging(Self.scaler(settings)) { $1 },
            stop: nil
        )
    }
}
