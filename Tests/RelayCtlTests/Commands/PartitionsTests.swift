import Postgres
import RawJSON
import Testing

@testable import RelayCtl

@Suite(.timeLimit(.minutes(10)))
struct PartitionsTests {
    @Test
    func `missing partitions are made and all are listed`() async throws {
        try await withEmptyDatabase { connection, url in
            let environment = ["DATABASE_URL": url]
            #expect(try await RelayCtlProcess.run(["migrate"], environment: environment).status == 0)
            let newest = try await connection.query(
                "SELECT max(relname::text) FROM pg_class WHERE relname ~ '^event_[0-9]+_q[1-4]$'"
            ).text(row: 0, column: 0)
            let name = try #require(newest)
            try await connection.query(Statement("DROP TABLE noetl.\(name)"))

            let plan = try await RelayCtlProcess.run(["partitions", "--plan"], environment: environment)
            #expect(plan.output.hasPrefix("To do: partition noetl.\(name)\n"))
            let done = try await RelayCtlProcess.run(["partitions"], environment: environment)
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.hasPrefix("Done: partition noetl.\(name)\n"))
            #expect(done.output.contains("everything else"))
            let json = try await RelayCtlProcess.run(["partitions", "--json"], environment: environment)
            let root = try JSONDocument(parsing: Array(json.output.utf8), indexingDepth: 1).root
            #expect(root["done"]?.count == 0)
            #expect(root["partitions"]?.count == 6)
        }
    }
}
