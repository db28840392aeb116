import LocalServers
import Logging
import Postgres
import Testing

@testable import RelayCtl

@Suite(.timeLimit(.minutes(10)))
struct MigrateTests {
    private func exists(_ table: String, _ connection: PostgresConnection) async throws -> Bool {
        try await connection.query("SELECT to_regclass($1) IS NOT NULL", [.text(table)]).boolean(row: 0, column: 0)
    }

    @Test
    func `migrate makes the tables, says what it did, and finds nothing to do the second time`() async throws {
        try await withEmptyDatabase { connection, url in
            let first = try await RelayCtlProcess.run(["migrate"], environment: ["DATABASE_URL": url])
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.output.contains("Done: 1. noetl.outbox\n"))
            #expect(first.output.hasSuffix("The database is up to date.\n"))
            for table in ["noetl.outbox", "noetl.event", "noetl.event_dead_letter"] {
                #expect(try await self.exists(table, connection))
            }
            let second = try await RelayCtlProcess.run(["migrate"], environment: ["DATABASE_URL": url])
            #expect(second.status == 0)
            #expect(second.output == "Nothing to do: the database is up to date.\n")
        }
    }

    @Test
    func `a plan is printed as SQL that does the same by hand, and changes nothing`() async throws {
        try await withEmptyDatabase { connection, url in
            let plan = try await RelayCtlProcess.run(["migrate", "--plan", "--database-url", url])
            #expect(plan.status == 0, "\(plan.errors)")
            #expect(plan.output.contains("CREATE TABLE IF NOT EXISTS noetl.outbox ("))
            #expect(try await !self.exists("noetl.outbox", connection))
            #expect(try await !self.exists("noetl.relay_migration", connection))
        }
    }

    @Test
    func `the wake-up trigger comes and goes with its flag`() async throws {
        try await withEmptyDatabase { connection, url in
            let trigger: Statement = "SELECT count(*) FROM pg_trigger WHERE tgname = 'outbox_wake_up'"
            for (arguments, count) in [(["migrate"], 1), (["migrate", "--no-wake-up"], 0)] {
                let process = try await RelayCtlProcess.run(arguments, environment: ["DATABASE_URL": url])
                #expect(process.status == 0)
                #expect(try await connection.query(trigger).requiredInteger(row: 0, column: 0) == count)
            }
        }
    }

    @Test
    func `a database that is not there yet is one sentence`() async throws {
        let url = try await SharedLocalServers.postgres().uri(database: "not_there")
        let process = try await RelayCtlProcess.run(["migrate"], environment: ["DATABASE_URL": url])
        #expect(process.status == 1)
        #expect(process.output.isEmpty)
        #expect(
            process.errors == """
                relayctl: The database "not_there" does not exist yet; create it (createdb not_there) and run this again.

                """
        )
    }

    @Test
    func `a table that cannot be adopted is one sentence that says what it lacks`() async throws {
        try await withEmptyDatabase { connection, url in
            try await connection.run(script: "CREATE SCHEMA noetl; CREATE TABLE noetl.outbox (outbox_id bigint)")
            let process = try await RelayCtlProcess.run(["migrate"], environment: ["DATABASE_URL": url])
            #expect(process.status == 1)
            #expect(process.errors.contains("noetl.outbox"))
            #expect(process.errors.split(separator: "\n").count == 1)
        }
    }
}
