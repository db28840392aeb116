import Postgres
import TestSupport

/// What the catalog says about the schema `noetl`, to be compared.
struct DatabaseShape: Equatable {
    /// Every column of the two tables that may have been there before: name, type, default, whether it is required.
    let columns: [String]
    /// The names of all indexes of `noetl.outbox`.
    let outboxIndexes: Set<String>
    /// The partitions of `noetl.event` with their bounds.
    let partitions: [String]
    /// The names of all tables.
    let tables: Set<String>

    init(of connection: PostgresConnection) async throws {
        self.columns = try await connection.texts(
            """
            SELECT concat_ws(' ', a.attrelid::regclass, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
                a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
            FROM pg_attribute AS a
            LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid IN (to_regclass('noetl.outbox'), to_regclass('noetl.event')) AND a.attnum > 0
            ORDER BY a.attrelid::regclass::text, a.attnum
            """
        )
        self.outboxIndexes = Set(
            try await connection.texts(
                "SELECT indexname FROM pg_indexes WHERE schemaname = 'noetl' AND tablename = 'outbox'"
            )
        )
        self.partitions = try await connection.texts(
            """
            SELECT concat_ws(' ', inhrelid::regclass, pg_get_expr(c.relpartbound, c.oid))
            FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid
            WHERE inhparent = to_regclass('noetl.event')
            ORDER BY inhrelid::regclass::text
            """
        )
        self.tables = Set(
            try await connection.texts("SELECT tablename FROM pg_tables WHERE schemaname = 'noetl'")
        )
    }
}

/// The indexes that migrating makes.
let ownIndexes: Set = ["outbox_claim_idx", "outbox_lane_idx", "outbox_held_idx", "outbox_lease_idx"]
