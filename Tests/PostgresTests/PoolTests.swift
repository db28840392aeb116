import Postgres
import Synchronization
import TestSupport
import Testing

@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct PoolTests {
    @Test
    func `connections are used again, and there are never more than the bound`() async throws {
        let pool = ScratchDatabase.makePool(maximumConnections: 3)
        let gauge = Gauge()
        let processes = try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<60 {
                group.addTask {
                    try await pool.withConnection { connection in
                        gauge.rise()
                        defer { gauge.fall() }
                        return try await connection.serverProcess()
                    }
                }
            }
            return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
        }
        #expect(gauge.highest <= 3)
        #expect(processes.count <= 3)
        await pool.close()
    }

    @Test
    func `a borrower too many does not wait`() async throws {
        let pool = PostgresPool(
            ScratchDatabase.configuration,
            maximumConnections: 1,
            waitTimeout: .seconds(600),
            maximumWaiters: 0,
            logger: .quiet
        )
        try await pool.withConnection { _ in
            let error = await #expect(throws: PostgresError.self) { try await pool.withConnection { _ in } }
            #expect(error?.code == .poolExhausted)
        }
        _ = try await pool.withConnection { try await $0.query("SELECT 1") }
        await pool.close()
    }

    @Test
    func `a borrower that waits too long is told so`() async throws {
        let pool = ScratchDatabase.makePool(maximumConnections: 1, waitTimeout: .milliseconds(20))
        try await pool.withConnection { _ in
            let error = await #expect(throws: PostgresError.self) { try await pool.withConnection { _ in } }
            #expect(error?.code == .poolExhausted)
            #expect(error?.isRetryable == true)
            #expect(error?.isUnavailable == true)
        }
        // Nobody is left in the queue to swallow the connection.
        #expect(try await pool.withConnection { try await $0.integer("SELECT 1") } == 1)
    }

    @Test
    func `a borrower that is cancelled while it waits leaves the queue`() async throws {
        let pool = ScratchDatabase.makePool(maximumConnections: 1, waitTimeout: .seconds(3600))
        try await pool.withConnection { _ in
            for _ in 0..<20 {
                let waiter = Task { try await pool.withConnection { _ in } }
                await Task.yield()
                waiter.cancel()
                await #expect(throws: CancellationError.self) { try await waiter.value }
            }
        }
        #expect(try await pool.withConnection { try await $0.integer("SELECT 1") } == 1)
    }

    @Test
    func `an idle connection that the server closed is replaced without the borrower noticing`() async throws {
        let observer = try await ScratchDatabase.connect()
        let pool = ScratchDatabase.makePool(maximumConnections: 1)
        for _ in 0..<5 {
            let process = try await pool.withConnection { try await $0.serverProcess() }
            try await observer.terminate(process)
            let next = try await pool.withConnection { try await $0.serverProcess() }
            #expect(next != process)
        }
    }

    @Test
    func `an idle connection that was told something harmless is used again`() async throws {
        let other = try await ScratchDatabase.connect()
        let pool = ScratchDatabase.makePool(maximumConnections: 1)
        let process = try await pool.withConnection { connection in
            try await connection.listen(to: "c")
            return try await connection.serverProcess()
        }
        try await other.query("NOTIFY c")
        #expect(try await pool.withConnection { try await $0.serverProcess() } == process)
    }

    @Test
    func `a borrower that leaves a transaction open harms nobody`() async throws {
        let pool = ScratchDatabase.makePool(maximumConnections: 1)
        try await pool.withConnection { connection in
            try await connection.query("CREATE TABLE t (n bigint)")
            try await connection.query("BEGIN")
            try await connection.query("INSERT INTO t VALUES (1)")
        }
        try await pool.withConnection { connection in
            #expect(!connection.isInTransaction)
            let count = try await connection.integer("SELECT count(*) FROM t")
            #expect(count == 0)
        }
    }

    @Test
    func `a borrower that breaks its connection leaves room for the next`() async throws {
        struct Failure: Error {}
        let pool = ScratchDatabase.makePool(maximumConnections: 1)
        for _ in 0..<3 {
            await #expect(throws: Failure.self) {
                try await pool.withConnection { connection in
                    await connection.close()
                    throw Failure()
                }
            }
        }
        #expect(try await pool.withConnection { try await $0.integer("SELECT 1") } == 1)
    }

    @Test
    func `a database that cannot be reached costs no room`() async throws {
        let configuration = PostgresConfiguration(
            connectionString: "host=127.0.0.1 port=1 user=nobody dbname=none",
            applicationName: "tests"
        )
        let pool = PostgresPool(configuration, maximumConnections: 1, waitTimeout: .seconds(3600), logger: .quiet)
        for _ in 0..<5 {
            let error = await #expect(throws: PostgresError.self) { try await pool.withConnection { _ in } }
            #expect(error?.code == .connectionFailed)
        }
    }

    @Test
    func `a connection that cannot be made gives its room to one who waits`() async throws {
        let pool = ScratchDatabase.makePool(maximumConnections: 1, waitTimeout: .seconds(3600))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await pool.withConnection { connection in
                        if number.isMultiple(of: 2) { await connection.close() }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test
    func `a transaction of the pool is committed, or rolled back`() async throws {
        struct Failure: Error {}
        let pool = ScratchDatabase.makePool(maximumConnections: 1)
        try await pool.withTransaction { connection in
            _ = try await connection.query("CREATE TABLE t (n bigint)")
        }
        await #expect(throws: Failure.self) {
            try await pool.withTransaction { connection in
                try await connection.query("INSERT INTO t VALUES (1)")
                throw Failure()
            }
        }
        #expect(try await pool.withConnection { try await $0.integer("SELECT count(*) FROM t") } == 0)
    }

    @Test
    func `a closed pool refuses borrowers and closes what comes back`() async throws {
        let observer = try await ScratchDatabase.connect()
        let pool = ScratchDatabase.makePool(maximumConnections: 2, waitTimeout: .seconds(3600))
        let idle = try await pool.withConnection { try await $0.serverProcess() }
        try await pool.withConnection { one in
            let process = try await one.serverProcess()
            #expect(process == idle)
            let second = try await pool.withConnection { try await $0.serverProcess() }
            await pool.close()
            try await observer.waitUntilGone(second)
            let error = await #expect(throws: PostgresError.self) { try await pool.withConnection { _ in } }
            #expect(error?.code == .poolClosed)
            #expect(try await one.integer("SELECT 1") == 1)
        }
        try await observer.waitUntilGone(idle)
        await pool.close()
    }

    @Test
    func `closing the pool ends the wait of those in the queue`() async throws {
        let pool = ScratchDatabase.makePool(maximumConnections: 1, waitTimeout: .seconds(3600))
        try await pool.withConnection { _ in
            let waiters = (0..<5).map { _ in Task { try await pool.withConnection { _ in } } }
            await Task.yield()
            await pool.close()
            for waiter in waiters {
                let error = await #expect(throws: PostgresError.self) { try await waiter.value }
                #expect(error?.code == .poolClosed)
            }
        }
    }
}

/// How many are doing something, and how many it were at most.
private final class Gauge: Sendable {
    private let state = Mutex((now: 0, highest: 0))

    var highest: Int { self.state.withLock { $0.highest } }

    func rise() {
        self.state.withLock { state in
            state.now += 1
            state.highest = max(state.highest, state.now)
        }
    }

    func fall() {
        self.state.withLock { $0.now -= 1 }
    }
}
