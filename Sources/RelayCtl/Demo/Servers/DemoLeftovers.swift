import JetStream
import Postgres

/// What a demo leaves on servers that are not its own, once its services have stopped.
struct DemoLeftovers: Sendable {
    private let servers: DemoServers
    private let executions: Set<Int64>

    /// Describes the leftovers of some executions.
    init(of executions: Set<Int64>, on servers: DemoServers) {
        self.servers = servers
        self.executions = executions
    }

    /// Removes the demo's rows and its stream; on servers of its own, which are about to go, it does nothing.
    ///
    /// Rows that others wrote meanwhile are first put back to PENDING: the demo's publisher sent them to the demo's
    /// stream, and nowhere else.
    ///
    /// - Returns: A sentence for each thing that could not be removed, and about rows that were put back.
    func remove() async -> [String] {
        var faults: [String] = []
        do {
            if !self.servers.isDatabaseOwn, case let count = try await self.putBackForeignRows(), count > 0 {
                faults.append("Rows that others wrote meanwhile, PENDING again for their publisher: \(count.grouped).")
            }
        } catch {
            return [
                """
                Rows that others wrote meanwhile may be PUBLISHED in noetl.outbox and nowhere but in the stream \
                \(self.servers.names.stream); neither it nor the demo's rows were removed: \(FailureSentence(error))
                """
            ]
        }
        do {
            if !self.servers.isDatabaseOwn { try await self.removeRows() }
        } catch {
            faults.append("The demo's rows are left in noetl.outbox and noetl.event: \(FailureSentence(error))")
        }
        do {
            if !self.servers.isNATSOwn { try await self.removeStream() }
        } catch {
            faults.append("The stream \(self.servers.names.stream) is left behind: \(error)")
        }
        return faults
    }

    private func putBackForeignRows() async throws -> Int {
        try await ForeignRows(self.servers).putBack(but: self.executions)
    }

    private func removeRows() async throws {
        let connection = try await PostgresConnection.connect(self.servers.database, logger: .quiet)
        let executions = PostgresParameter.array(PostgresArray(self.executions))
        try await connection.run([
            Step("DELETE FROM noetl.outbox WHERE execution_id = ANY ($1)", [executions]),
            Step("DELETE FROM noetl.event WHERE execution_id = ANY ($1)", [executions]),
            Step("DELETE FROM noetl.event_dead_letter WHERE stream = $1", [.text(self.servers.names.stream)]),
        ])
        await connection.close()
    }

    private func removeStream() async throws {
        let connection = try await NATSConnection.connect(self.servers.nats)
        try await connection.deleteStream(self.servers.names.stream)
        await connection.close()
    }
}
