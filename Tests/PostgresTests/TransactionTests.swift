import Postgres
import TestSupport
import Testing
import Waiting

@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct TransactionTests {
    private struct Failure: Error {}

    @Test
    func `what returns is committed, what throws is rolled back`() async throws {
        let connection = try await Self.connect()
        let value = try await connection.withTransaction {
            #expect(connection.isInTransaction)
            try await connection.query("INSERT INTO t VALUES (1)")
            return "kept"
        }
        #expect(value == "kept")
        await #expect(throws: Failure.self) {
            try await connection.withTransaction {
                try await connection.query("INSERT INTO t VALUES (2)")
                throw Failure()
            }
        }
        #expect(!connection.isInTransaction)
        #expect(try await connection.texts("SELECT n FROM t") == ["1"])
    }

    @Test
    func `a transaction that the server has failed is rolled back and the connection goes on`() async throws {
        let connection = try await Self.connect()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.withTransaction {
                try await connection.query("INSERT INTO t VALUES (1)")
                try await connection.query("INSERT INTO t VALUES (1)")
            }
        }
        #expect(error?.sqlState == "23505")
        #expect(!connection.isInTransaction)
        #expect(try await connection.integer("SELECT count(*) FROM t") == 0)
    }

    @Test
    func `a commit that the server refuses is an error`() async throws {
        let connection = try await Self.connect()
        try await connection.query("ALTER TABLE t ADD CONSTRAINT unique_n UNIQUE (n) DEFERRABLE INITIALLY DEFERRED")
        try await connection.query("ALTER TABLE t DROP CONSTRAINT t_pkey")
        let error = await #expect(throws: PostgresError.self) {
            try await connection.withTransaction {
                try await connection.query("INSERT INTO t VALUES (1), (1)")
            }
        }
        #expect(error?.constraint == "unique_n")
        #expect(try await connection.integer("SELECT count(*) FROM t") == 0)
    }

    @Test
    func `a transaction whose task is cancelled leaves nothing behind, not even its locks`() async throws {
        let observer = try await Self.connect()
        let connection = try await ScratchDatabase.connect()
        let process = try await connection.serverProcess()
        let work = Task {
            try await connection.withTransaction {
                try await connection.query("INSERT INTO t VALUES (1)")
                try await connection.query("SELECT pg_sleep(600)", deadline: .never)
            }
        }
        try await observer.waitUntilBusy(process, with: "pg_sleep")
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        // Waits for the lock of the cancelled transaction, if that still has it.
        try await observer.run(script: "BEGIN; LOCK TABLE t; COMMIT", deadline: .after(.seconds(60)))
        #expect(try await observer.integer("SELECT count(*) FROM t") == 0)
    }

    @Test
    func `a task that is cancelled between statements rolls back and keeps the connection`() async throws {
        let connection = try await Self.connect()
        let work = Task {
            try await connection.withTransaction {
                try await connection.query("INSERT INTO t VALUES (1)")
                withUnsafeCurrentTask { $0?.cancel() }
                try Task.checkCancellation()
            }
        }
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(!connection.isInTransaction)
        #expect(!connection.isClosed)
        #expect(try await connection.integer("SELECT count(*) FROM t") == 0)
    }

    @Test
    func `a savepoint undoes its part only`() async throws {
        let connection = try await Self.connect()
        try await connection.withTransaction {
            try await connection.query("INSERT INTO t VALUES (1)")
            let error = await #expect(throws: PostgresError.self) {
                try await connection.withSavepoint {
                    try await connection.query("INSERT INTO t VALUES (2)")
                    try await connection.query("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error?.isDataError == true)
            let three = try await connection.withSavepoint {
                try await connection.query("INSERT INTO t VALUES (3)").affectedRows
            }
            #expect(three == 1)
        }
        #expect(try await connection.texts("SELECT n FROM t ORDER BY n") == ["1", "3"])
    }

    @Test
    func `savepoints nest`() async throws {
        let connection = try await Self.connect()
        try await connection.withTransaction {
            try await connection.withSavepoint {
                try await connection.query("INSERT INTO t VALUES (1)")
                await #expect(throws: PostgresError.self) {
                    try await connection.withSavepoint { try await connection.query("INSERT INTO t VALUES (1)") }
                }
                try await connection.query("INSERT INTO t VALUES (2)")
            }
        }
        #expect(try await connection.texts("SELECT n FROM t ORDER BY n") == ["1", "2"])
    }

    @Test
    func `rolling back without a transaction does nothing`() async throws {
        let connection = try await Self.connect()
        await connection.rollBack()
        #expect(try await connection.integer("SELECT 1") == 1)
        await connection.close()
        await connection.rollBack()
        #expect(connection.isClosed)
    }

    private static func connect() async throws -> PostgresConnection {
        let connection = try await ScratchDatabase.connect()
        try await connection.query("CREATE TABLE IF NOT EXISTS t (n bigint PRIMARY KEY)")
        return connection
    }
}
