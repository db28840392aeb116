import Postgres
import TestSupport

extension TestDatabase {
    /// The events that are not as they should be, and how many there are too many or too few.
    func eventsUnlike(_ rows: [EventModel.Key: EventModel.Row]) async throws -> [String] {
        var integers = (0..<5).map { _ in PostgresArray(of: .integer) }
        var durations = PostgresArray(of: .double)
        var texts = (0..<12).map { _ in PostgresArray(of: .text) }
        for (key, row) in rows {
            for (index, value) in [key.execution, key.event, row.catalog, row.parent, row.createdAt].enumerated() {
                if let value { integers[index].append(value) } else { integers[index].appendNull() }
            }
            if let duration = row.duration { durations.append(duration) } else { durations.appendNull() }
            for (index, value) in (row.texts + row.objects + [row.tenant, row.organization]).enumerated() {
                if let value { texts[index].append(value) } else { texts[index].appendNull() }
            }
        }
        let parameters = (integers + [durations] + texts).map { PostgresParameter.array($0) }
        let unlike = try await self.column(Self.unlike, parameters)
        let count = try await self.cell("SELECT count(*) FROM noetl.event")
        return unlike + (count == "\(rows.count)" ? [] : ["\(count) events instead of \(rows.count)"])
    }

    private static let unlike = """
        SELECT format('%s/%s', m.execution_id, m.event_id)
        FROM unnest(
            $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::float8[],
            $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
            $14::text[], $15::text[], $16::text[], $17::text[], $18::text[]
        ) AS m (
            execution_id, event_id, catalog_id, parent_event_id, created, duration,
            event_type, node_id, node_name, node_type, status, error, stack_trace,
            context, result, meta, tenant_id, organization_id
        )
        LEFT JOIN noetl.event AS e ON e.execution_id = m.execution_id AND e.event_id = m.event_id
        WHERE e.event_id IS NULL
            OR (
                e.catalog_id, e.parent_event_id, e.duration,
                e.event_type::text, e.node_id::text, e.node_name::text, e.node_type::text, e.status::text, e.error,
                e.stack_trace, e.context::text, e.result::text, e.meta::text, e.tenant_id, e.organization_id
            ) IS DISTINCT FROM (
                m.catalog_id, m.parent_event_id, m.duration,
                m.event_type, m.node_id, m.node_name, m.node_type, m.status, m.error,
                m.stack_trace, m.context::jsonb::text, m.result::jsonb::text, m.meta::jsonb::text, m.tenant_id,
                m.organization_id
            )
            OR (extract(epoch FROM e.created_at) * 1000000)::bigint <> m.created
            OR m.created IS NULL AND abs(extract(epoch FROM e.created_at - now() AT TIME ZONE 'UTC')) > 3600
        """
}
