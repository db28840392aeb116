import Postgres
import TestSupport
import Testing
import Waiting

@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct CancellationTests {
    @Test
    func `cancelling the task cancels the statement on the server and closes the connection`() async throws {
        let observer = try await ScratchDatabase.connect()
        let connection = try await ScratchDatabase.connect()
        let process = try await connection.serverProcess()
        let work = Task { try await connection.query("SELECT pg_sleep(600)", deadline: .never) }
        try await observer.waitUntilBusy(process, with: "pg_sleep")
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(connection.isClosed)
        try await observer.waitUntilGone(process)
    }

    @Test
    func `a deadline that passes cancels the statement on the server and closes the connection`() async throws {
        let observer = try await ScratchDatabase.connect()
        let connection = try await ScratchDatabase.connect()
        let process = try await connection.serverProcess()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.query("SELECT pg_sleep(600)", deadline: .after(.milliseconds(50)))
        }
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.isRetryable == true)
        #expect(error?.isUnavailable == true)
        #expect(connection.isClosed)
        try await observer.waitUntilGone(process)
    }

    @Test
    func `a task cancelled beforehand sends nothing and leaves the connection as it is`() async throws {
        let connection = try await ScratchDatabase.connect()
        let work = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await connection.query("CREATE TABLE t ()")
        }
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(!connection.isClosed)
        #expect(try await connection.texts("SELECT to_regclass('t')") == ["∅"])
    }

    @Test
    func `a cancellation hits no other task's statement`() async throws {
        let connection = try await ScratchDatabase.connect()
        for _ in 0..<100 {
            let cancelled = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try? await connection.query("SELECT 1")
            }
            #expect(try await connection.integer("SELECT 2") == 2)
            await cancelled.value
        }
    }

    @Test
    func `waiting for a notification ends with its task`() async throws {
        let observer = try await ScratchDatabase.connect()
        let connection = try await ScratchDatabase.connect()
        let process = try await connection.serverProcess()
        try await connection.listen(to: "c")
        let work = Task { try await connection.nextNotification(deadline: .never) }
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        await connection.close()
        try await observer.waitUntilGone(process)
    }

    @Test
    func `connecting ends with its task`() async throws {
        let work = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await ScratchDatabase.connect()
        }
        await #expect(throws: CancellationError.self) { try await work.value }
    }

    @Test
    func `a connection that was closed says so`() async throws {
        let connection = try await ScratchDatabase.connect()
        #expect(!connection.isClosed)
        await connection.close()
        await connection.close()
        #expect(connection.isClosed)
        let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
        #expect(error?.code == .connectionLost)
    }

    @Test
    func `a connection nobody holds any more is closed`() async throws {
        let observer = try await ScratchDatabase.connect()
        var connection: PostgresConnection? = try await ScratchDatabase.connect()
        let process = try await connection?.serverProcess() ?? 0
        connection = nil
        try await observer.waitUntilGone(process)
    }

    @Test
    func `a connection whose server process was ended says so and can be replaced`() async throws {
        let observer = try await ScratchDatabase.connect()
        let connection = try await ScratchDatabase.connect()
        try await observer.terminate(connection.serverProcess())
        let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
        #expect(error?.isUnavailable == true)
        #expect(error?.isRetryable == true)
        #expect(connection.isClosed)
        #expect(try await ScratchDatabase.connect().integer("SELECT 1") == 1)
    }

    @Test
    func `a statement whose server process is ended meanwhile fails and is retryable`() async throws {
        let observer = try await ScratchDatabase.connect()
        let connection = try await ScratchDatabase.connect()
        let process = try await connection.serverProcess()
        let work = Task { try await connection.query("SELECT pg_sleep(600)", deadline: .never) }
        try await observer.waitUntilBusy(process, with: "pg_sleep")
        try await observer.terminate(process)
        let error = await #expect(throws: PostgresError.self) { try await work.value }
        #expect(error?.isUnavailable == true)
        #expect(error?.isRetryable == true)
        #expect(connection.isClosed)
    }
}
