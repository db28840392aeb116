import Subprocess
import SystemPackage
import Testing

/// A certificate for 127.0.0.1 that vouches for itself, with its key, in files.
package struct Certificate: Sendable {
    /// The certificate's file.
    package let path: String
    /// The file of its key.
    package let keyPath: String

    private init(_ name: String) {
        self.path = "\(name).crt"
        self.keyPath = "\(name).key"
    }

    /// Makes one, lends it to `body` and removes it.
    ///
    /// - Throws: What `body` throws.
    package static func with(_ body: (Certificate) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let certificate = Certificate(folder.appending("certificate").string)
            let result = try await run(
                .name("openssl"),
                arguments: [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=tests", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", certificate.keyPath,
                    "-out", certificate.path,
                ],
                output: .string(limit: 65_536),
                error: .combinedWithOutput
            )
            try #require(result.terminationStatus == .exited(0), "openssl: \(result.standardOutput)")
            try await body(certificate)
        }
    }
}
