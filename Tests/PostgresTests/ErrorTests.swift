import Postgres
import TestSupport
import Testing

@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct ErrorTests {
    @Test
    func `a refused row names its SQLSTATE and constraint but not its content`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.query("CREATE TABLE t (secret text CONSTRAINT t_once UNIQUE)")
        try await connection.query("INSERT INTO t VALUES ('hunter2')")
        let error = try await Self.error(of: "INSERT INTO t VALUES ('hunter2')", on: connection)
        #expect(error.code == .server)
        #expect(error.sqlState == "23505")
        #expect(error.constraint == "t_once")
        #expect(error.isDataError)
        #expect(!error.isRetryable)
        #expect(!error.isUnavailable)
        #expect("\(error)" == "PostgreSQL: refused by the server (SQLSTATE 23505), constraint t_once")
        #expect(error.debugDescription.contains("hunter2"))
        #expect(!connection.isClosed)
    }

    @Test
    func `a value that cannot be read is a data error whose description does not quote it`() async throws {
        let connection = try await ScratchDatabase.connect()
        let error = try await Self.error(of: "SELECT 'hunter2'::text::bigint", on: connection)
        #expect(error.sqlState == "22P02")
        #expect(error.isDataError)
        #expect(!"\(error)".contains("hunter2"))
        #expect(error.debugDescription.contains("hunter2"))
    }

    @Test
    func `a parameter that is larger than PostgreSQL takes is refused before it is sent`() async throws {
        let connection = try await ScratchDatabase.connect()
        let bytes = [UInt8](repeating: 0x61, count: 1 << 30)
        let error = await #expect(throws: PostgresError.self) {
            try await connection.query("SELECT octet_length($1)", [.utf8(bytes)])
        }
        #expect(error?.sqlState == "54000")
        #expect(error?.isRetryable == false)
        // Steps before it in the same call may have been queued, so that the connection is of no more use.
        #expect(try await ScratchDatabase.connect().integer("SELECT 1") == 1)
    }

    private static func error(of sql: String, on connection: PostgresConnection) async throws -> PostgresError {
        try await #require(throws: PostgresError.self) { try await connection.query(Statement(sql)) }
    }
}
