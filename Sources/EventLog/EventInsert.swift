import Postgres

/// The statement that inserts a batch of events, for the columns it fills.
struct EventInsert {
    /// Fills the columns that every NoETL database has.
    private static let contract = Statement(Self.sql(filling: []))

    /// The step that inserts events.
    ///
    /// It touches as many rows as were not there yet.
    static func step(_ events: EventColumns) -> Step {
        let extras = events.extraColumns
        return Step(extras.isEmpty ? Self.contract : Statement(Self.sql(filling: extras)), events.parameters)
    }

    // One array per column: the server parses each object once and nothing else, where one JSON document of all events
    // would be parsed whole and taken apart again. Sorted by key, so that two inserts with the same events in another
    // order take the locks of the key's index in the same order and cannot wait for each other in a circle.
    // Of two with one key the first in the batch wins: their places settle what the key leaves open.
    // No conflict target: the key is (execution_id, event_id) in current databases and (event_id) in older ones.
    private static func sql(filling extras: [EventColumn]) -> String {
        let names = extras.map { ", \($0.identifier)" }.joined()
        let values = extras.enumerated().map { ", \($1.expression("extra_\($0)"))" }.joined()
        let arrays = extras.enumerated().map { ", $\($0 + 19)::\($1.arrayType)" }.joined()
        let elements = extras.indices.map { ", extra_\($0)" }.joined()
        return """
            INSERT INTO noetl.event (
                event_id, execution_id, catalog_id, parent_event_id, duration, created_at,
                event_type, node_id, node_name, node_type, status, error, stack_trace,
                context, result, meta,
                tenant_id, organization_id\(names)
            )
            SELECT event_id, execution_id, catalog_id, parent_event_id, duration,
                coalesce(created_at, now() AT TIME ZONE 'UTC'),
                event_type, node_id, node_name, node_type, status, error, stack_trace,
                context::jsonb, result::jsonb, meta::jsonb,
                coalesce(tenant_id, 'default'), coalesce(organization_id, 'default')\(values)
            FROM unnest(
                $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::float8[], $6::timestamp[],
                $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
                $14::text[], $15::text[], $16::text[],
                $17::text[], $18::text[]\(arrays)
            ) WITH ORDINALITY AS e (
                event_id, execution_id, catalog_id, parent_event_id, duration, created_at,
                event_type, node_id, node_name, node_type, status, error, stack_trace,
                context, result, meta,
                tenant_id, organization_id\(elements), place
            )
            ORDER BY execution_id, event_id, place
            ON CONFLICT DO NOTHING
            """
    }
}
