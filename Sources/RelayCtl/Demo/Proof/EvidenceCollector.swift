import JetStream
import Postgres

/// Collects what a run left in the stream and in the database.
struct EvidenceCollector: Sendable {
    private let servers: DemoServers

    /// Creates a collector over a demo's servers.
    init(_ servers: DemoServers) {
        self.servers = servers
    }

    /// Reads the stream and the tables.
    ///
    /// - Parameter committed: What was committed; on a database that is not the demo's own only the rows of these
    ///   executions are looked at.
    /// - Returns: What was found, and what was committed.
    /// - Throws: `NATSError`, `PostgresError`.
    func collect(committed: [EventKey]) async throws -> Evidence {
        var evidence = Evidence()
        evidence.committed = committed
        try await self.readStream(into: &evidence)
        try await self.readTables(into: &evidence)
        return evidence
    }

    // MARK: - Stream

    private func readStream(into evidence: inout Evidence) async throws {
        let connection = try await NATSConnection.connect(self.servers.nats)
        let names = self.servers.names
        guard try await connection.streamInfo(names.stream) != nil else { return }
        var reader = try await StreamReader(names.stream, on: connection)
        while let messages = try await reader.next() {
            for index in 0..<messages.count {
                if let key = messages.withBody(index, { EventKey(envelope: $0) }) {
                    evidence.stream.append(key)
                } else {
                    evidence.unreadableMessages += 1
                }
            }
        }
        await connection.close()
    }

    // MARK: - Tables

    private func readTables(into evidence: inout Evidence) async throws {
        let connection = try await PostgresConnection.connect(self.servers.database, logger: .quiet)
        let executions = PostgresArray(Set(evidence.committed.map(\.executionID)))
        evidence.events = try await self.events(connection, executions)
        evidence.deadLetters = try await self.deadLetters(connection)
        evidence.owed = try await self.owed(connection, executions)
        await connection.close()
    }

    private func events(_ connection: PostgresConnection, _ executions: PostgresArray) async throws -> [EventKey] {
        guard !self.servers.isDatabaseOwn else {
            return try await connection.query("SELECT execution_id, event_id FROM noetl.event").eventKeys()
        }
        let sql: Statement = "SELECT execution_id, event_id FROM noetl.event WHERE execution_id = ANY ($1)"
        return try await connection.query(sql, [.array(executions)]).eventKeys()
    }

    private func deadLetters(_ connection: PostgresConnection) async throws -> [Evidence.DeadLetter] {
        let result = try await connection.query(
            "SELECT stream_sequence, reason FROM noetl.event_dead_letter WHERE stream = $1 ORDER BY 1",
            [.text(self.servers.names.stream)]
        )
        return try (0..<result.rowCount)
            .map { row in
                .init(
                    sequence: try result.requiredInteger(row: row, column: 0),
                    reason: result.text(row: row, column: 1) ?? ""
                )
            }
    }

    private func owed(_ connection: PostgresConnection, _ executions: PostgresArray) async throws -> [Evidence.OwedRow]
    {
        let result = try await connection.query(
            """
            SELECT execution_id, event_id, status, last_error
            FROM noetl.outbox
            WHERE execution_id = ANY ($1) AND status <> 'PUBLISHED'
            ORDER BY outbox_id
            """,
            [.array(executions)]
        )
        let keys = try result.eventKeys()
        return keys.enumerated()
            .map { row, key in
                Evidence.OwedRow(
                    key: key,
                    status: result.text(row: row, column: 2) ?? "",
                    lastError: result.text(row: row, column: 3)
                )
            }
    }
}
