import InternalContract
import Logging
import ServiceRuntime
import Settings
import TestSupport
import Testing

@testable import InternalAPI

struct SettingsTests {
    @Test func `defaults are those of the contract`() throws {
        let settings = try APISettings(SettingsReader(environment: [:]))
        #expect(settings.address.host == "127.0.0.1")
        #expect(settings.address.port == 8085)
        #expect(settings.lease == .seconds(60))
        #expect(settings.pendingCountLimit == 1_000_000)
        #expect(settings.maximumBodyBytes == 67_108_864)
        #expect(settings.maximumDatabaseConnections == 8)
        #expect(settings.maximumWaitingRequests == 128)
        #expect(settings.connections.maximumConnections == 1024)
        #expect(settings.connections.maximumHeaderBytes == 16_384)
        #expect(settings.connections.requestTimeout == .seconds(60))
        #expect(settings.connections.keepAlive == .seconds(75))
        #expect(settings.corsOrigins.isEmpty)
    }

    @Test(arguments: [
        ("NOETL_INTERNAL_API_PORT", "70000"), ("NOETL_OUTBOX_LEASE_SECONDS", "soon"),
        ("NOETL_OUTBOX_PENDING_COUNT_LIMIT", "0"), ("NOETL_INTERNAL_API_MAX_BODY_BYTES", "1.5"),
        ("NOETL_INTERNAL_API_MAX_DATABASE_CONNECTIONS", "-1"), ("NOETL_INTERNAL_API_TOKEN_FILE", "/nowhere"),
        ("NOETL_INTERNAL_API_MAX_CONNECTIONS", "0"), ("NOETL_INTERNAL_API_MAX_HEADER_BYTES", "10"),
        ("NOETL_INTERNAL_API_REQUEST_TIMEOUT_SECONDS", "never"), ("NOETL_INTERNAL_API_KEEP_ALIVE_SECONDS", "0"),
        ("NOETL_INTERNAL_API_MAX_WAITING_REQUESTS", "-1"), ("NOETL_INTERNAL_API_CORS_ORIGINS", "example"),
        ("NOETL_INTERNAL_API_CORS_ORIGINS", "https://x/path"),
    ])
    func `an unusable value is named`(name: String, value: String) {
        #expect {
            let reader = SettingsReader(environment: [name: value])
            _ = try APISettings(reader)
            _ = try AccessTokenSource(settings: reader, logger: .quiet)
        } throws: { error in
            "\(error)".contains(name) && "\(error)".contains(value)
        }
    }

    @Test(arguments: [
        ("a%62c", "abc"), ("%41%7a%30%2D%7E", "Az0-~"), ("%2f%25%20", "%2f%25%20"), ("%", "%"), ("%6", "%6"),
        ("%zz", "%zz"),
        ("%%61", "%a"), ("", ""),
    ])
    func `only unreserved characters are decoded`(encoded: String, decoded: String) {
        #expect(encoded.decodingUnreserved == decoded)
    }
}
