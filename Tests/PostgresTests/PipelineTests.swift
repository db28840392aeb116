import Postgres
import TestSupport
import Testing

@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct PipelineTests {
    @Test
    func `several steps return one result each`() async throws {
        let connection = try await ScratchDatabase.connect()
        let results = try await connection.run([
            Step("SELECT 1"), Step("SELECT $1", [.integer(2)]), Step("SELECT generate_series(1, 3)"), Step("SELECT 1"),
        ])
        #expect(results.map(\.rowCount) == [1, 1, 3, 1])
        #expect(try results[1].requiredInteger(row: 0, column: 0) == 2)
        #expect(try results[3].requiredInteger(row: 0, column: 0) == 1)
    }

    @Test
    func `steps are one transaction, and none after a failed one is run`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.query("CREATE TABLE t (n bigint PRIMARY KEY)")
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run([
                Step("INSERT INTO t VALUES (1)"), Step("SELECT 1 / 0"), Step("INSERT INTO t VALUES (2)"),
            ])
        }
        #expect(error?.sqlState == "22012")
        #expect(try await connection.integer("SELECT count(*) FROM t") == 0)
        #expect(!connection.isInTransaction)
    }

    @Test
    func `an explicit transaction stays open after its steps`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run([Step("BEGIN"), Step("CREATE TABLE t ()")])
        #expect(connection.isInTransaction)
        await connection.rollBack()
        #expect(!connection.isInTransaction)
        #expect(try await connection.texts("SELECT to_regclass('t')") == ["∅"])
    }

    @Test
    func `no steps return no results`() async throws {
        let connection = try await ScratchDatabase.connect()
        #expect(try await connection.run([]).isEmpty)
        #expect(try await connection.integer("SELECT 1") == 1)
    }

    @Test
    func `more steps than fit into the socket's buffers come through`() async throws {
        let connection = try await ScratchDatabase.connect()
        let text = String(repeating: "x", count: 1 << 16)
        let results = try await connection.run((0..<400).map { _ in Step("SELECT $1", [.text(text)]) })
        #expect(results.count == 400)
        #expect(results.allSatisfy { $0.text(row: 0, column: 0) == text })
    }

    @Test
    func `a script runs as one transaction`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(
            script: "CREATE TABLE t (n bigint); INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)"
        )
        #expect(try await connection.integer("SELECT count(*) FROM t") == 2)
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run(script: "DELETE FROM t; SELECT 1 / 0; CREATE TABLE u ()")
        }
        #expect(error?.sqlState == "22012")
        #expect(try await connection.integer("SELECT count(*) FROM t") == 2)
    }

    @Test
    func `prepared statements that the server has forgotten are prepared again`() async throws {
        let connection = try await ScratchDatabase.connect()
        let statement: Statement = "SELECT $1 + 1"
        for round in 0..<3 {
            let result = try await connection.query(statement, [.integer(Int64(round))])
            #expect(try result.requiredInteger(row: 0, column: 0) == Int64(round) + 1)
            try await connection.query("DEALLOCATE ALL")
        }
        #expect(try await connection.run([Step("SELECT 1"), Step(statement, [.integer(6)])]).count == 2)
        try await connection.run(script: "DISCARD ALL")
        #expect(try await connection.run([Step("SELECT 1"), Step(statement, [.integer(6)])]).count == 2)
    }

    @Test
    func `a statement whose name is taken on the server is used all the same`() async throws {
        let connection = try await ScratchDatabase.connect()
        let statement: Statement = "SELECT 40 + 2"
        try await connection.run(script: "PREPARE \(statement.name) AS \(statement.sql)")
        let result = try await connection.query(statement)
        #expect(try result.requiredInteger(row: 0, column: 0) == 42)
    }

    @Test
    func `a statement that cannot be prepared is an error each time and harms no other`() async throws {
        let connection = try await ScratchDatabase.connect()
        for _ in 0..<2 {
            let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT nonsense") }
            #expect(error?.sqlState == "42703")
        }
        #expect(try await connection.integer("SELECT 1") == 1)
    }

    @Test
    func `calls from many tasks take turns`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let result = try await connection.query("SELECT $1", [.integer(Int64(number))])
                    return try result.requiredInteger(row: 0, column: 0) == Int64(number)
                }
            }
            for try await isOwn in group { #expect(isOwn) }
        }
    }

    @Test
    func `the name of a statement is made of its text alone`() {
        #expect(Statement("SELECT 1").name == Statement("SELECT 1").name)
        #expect(Statement("SELECT 1").name != Statement("SELECT 2").name)
        #expect(Statement("").name == "noetl_relay_\(String(0xcbf2_9ce4_8422_2325 as UInt64, radix: 36))")
    }
}
