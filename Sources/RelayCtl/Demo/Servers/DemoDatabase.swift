import Postgres
import Schema

/// What a demo does to its database before the first event.
struct DemoDatabase: Sendable {
    private let configuration: PostgresConfiguration
    private let isOwn: Bool

    init(_ servers: DemoServers) {
        self.configuration = servers.database
        self.isOwn = servers.isDatabaseOwn
    }

    /// Migrates the database and returns the catalog entry that events can name.
    ///
    /// - Throws: `PostgresError`, `SchemaError`; ``DemoError`` for a database whose rows would be sent to the demo's
    ///   stream.
    func prepare() async throws -> Int64 {
        let connection = try await PostgresConnection.connect(self.configuration, logger: .quiet)
        let wakesPublishers = try await connection.query(Self.wakesPublishers).boolean(row: 0, column: 0)
        try await Migrator(connection, wakesPublishers: wakesPublishers, logger: .quiet).migrate()
        if !self.isOwn { try await self.refuseOwedRows(connection) }
        let catalogID = try await self.catalogID(connection)
        await connection.close()
        return catalogID
    }

    private func refuseOwedRows(_ connection: PostgresConnection) async throws {
        let owed = try await connection.query(Self.owed).requiredInteger(row: 0, column: 0)
        guard owed == 0 else {
            throw DemoError(
                """
                noetl.outbox of DATABASE_URL holds \(owed.grouped) rows that are not published yet; the demo's publisher \
                would send them to the demo's stream: let their own publisher finish, or use another database.
                """
            )
        }
    }

    private func catalogID(_ connection: PostgresConnection) async throws -> Int64 {
        let own = SnowflakeSequence.randomID()
        guard try await connection.query(Self.hasCatalog).boolean(row: 0, column: 0) else { return own }
        // A NoETL database has a foreign key to its catalog.
        return try await connection.query("SELECT max(catalog_id) FROM noetl.catalog").integer(row: 0, column: 0) ?? own
    }

    /// A database that was migrated without the trigger stays without it.
    private static let wakesPublishers: Statement = """
        SELECT to_regclass('noetl.relay_migration') IS NULL
            OR EXISTS (
                SELECT FROM pg_trigger
                WHERE tgrelid = to_regclass('noetl.outbox') AND tgname = 'outbox_wake_up'
            )
        """

    /// Parked rows, which wait for a person until infinity, are nobody's to publish.
    private static let owed: Statement = """
        SELECT count(*)
        FROM noetl.outbox
        WHERE status <> 'PUBLISHED' AND NOT (status = 'FAILED' AND available_at = 'infinity')
        """

    private static let hasCatalog: Statement = "SELECT to_regclass('noetl.catalog') IS NOT NULL"
}

extension SnowflakeSequence {
    /// An id of a random node.
    fileprivate static func randomID() -> Int64 {
        var ids = SnowflakeSequence(node: .random(in: self.nodes))
        return ids.next()
    }
}
