import Logging
import Postgres
import TestSupport
import Testing
import Waiting

@Suite(.pgBouncer(), .emptyDatabase, .timeLimit(.minutes(10)))
struct PgBouncerTests {
    @Test
    func `a pooler is recognised, and its absence too`() async throws {
        #expect(try await Self.connect().isPooled)
        #expect(try await !ScratchDatabase.connect().isPooled)
    }

    @Test
    func `clients that share one server connection run the same statements in turn`() async throws {
        var clients: [PostgresConnection] = []
        for _ in 0..<4 { clients.append(try await Self.connect()) }
        var processes: Set<Int64> = []
        for round in 0..<5 {
            for client in clients {
                let sum = try await client.query("SELECT $1 + 1", [.integer(Int64(round))])
                #expect(try sum.requiredInteger(row: 0, column: 0) == Int64(round) + 1)
                processes.insert(try await client.serverProcess())
            }
        }
        #expect(processes.count == 1)
    }

    @Test
    func `transactions and pipelines of several clients do not mix`() async throws {
        let one = try await Self.connect()
        let other = try await Self.connect()
        try await one.query("CREATE TABLE t (n bigint PRIMARY KEY)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (offset, client) in [one, other].enumerated() {
                group.addTask {
                    for number in 0..<20 {
                        let value = PostgresParameter.integer(Int64(2 * number + offset))
                        try await client.withTransaction {
                            try await client.query("INSERT INTO t VALUES ($1)", [value])
                            try await client.run([Step("SELECT 1"), Step("DELETE FROM t WHERE n = $1", [value])])
                            try await client.query("INSERT INTO t VALUES ($1)", [value])
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await one.integer("SELECT count(*) FROM t") == 40)
    }

    @Test
    func `a cancelled statement is cancelled through the pooler`() async throws {
        let observer = try await ScratchDatabase.connect()
        let client = try await Self.connect()
        let process = try await client.serverProcess()
        let work = Task { try await client.query("SELECT pg_sleep(600)", deadline: .never) }
        try await observer.waitUntilBusy(process, with: "pg_sleep")
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        try await eventually { try await !observer.isBusy(process, with: "pg_sleep") }
        #expect(try await Self.connect().integer("SELECT 1") == 1)
    }

    @Test
    func `a listener says that it cannot listen and returns`() async throws {
        try await PostgresListener(PgBouncerTrait.configuration, channel: "c", logger: .quiet).run {
            Issue.record("nothing can have woken it")
        }
    }

    private static func connect() async throws -> PostgresConnection {
        try await PostgresConnection.connect(PgBouncerTrait.configuration, logger: .quiet)
    }
}
