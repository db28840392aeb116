import ArgumentParser
import Logging
import Postgres
import Schema
import Settings

/// `relayctl migrate`: brings a database to the shape that this version needs.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Makes the tables of a new database, or adopts those of an existing NoETL one.",
        discussion: """
            Run it again at any time: what is done already is left alone, columns of tables that exist are never \
            touched, and partitions of noetl.event are made for the quarters to come.

            The database is that of DATABASE_URL, else of POSTGRES_HOST, POSTGRES_PORT, NOETL_POSTGRES_DB, NOETL_USER \
            and NOETL_PASSWORD, else of libpq's own PG… variables.
            """
    )

    @Flag(help: "Print the SQL of what is left to do, and do nothing.")
    var plan = false

    @Flag(
        name: .customLong("no-wake-up"),
        help: "Do without the trigger that wakes publishers at each commit; they poll."
    )
    var isWakeUpOmitted = false

    @Option(name: .customLong("database-url"), help: "PostgreSQL connection string, in place of DATABASE_URL.")
    var databaseURL: String?

    func run() async throws {
        let settings = SettingsReader(flags: self.databaseURL.map { ["DATABASE_URL": $0] } ?? [:])
        let configuration = try PostgresConfiguration(settings: settings, applicationName: "relayctl")
        let connection = try await PostgresConnection.connect(configuration, logger: .quiet)
        let migrator = Migrator(connection, wakesPublishers: !self.isWakeUpOmitted, logger: .quiet)
        if self.plan {
            Console.standardOutput.line("\(try await migrator.plan())")
        } else {
            self.tell(try await migrator.migrate())
        }
        await connection.close()
    }

    private func tell(_ plan: MigrationPlan) {
        for remark in plan.remarks { Console.standardOutput.line("Note: \(remark)") }
        for change in plan.changes { Console.standardOutput.line("Done: \(change.name)") }
        Console.standardOutput.line(
            plan.changes.isEmpty ? "Nothing to do: the database is up to date." : "The database is up to date."
        )
    }
}
