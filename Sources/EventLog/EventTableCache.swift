import Postgres
import Synchronization

/// What is known of `noetl.event` in the database at hand, asked for once.
final class EventTableCache: Sendable {
    private struct State {
        var table: EventTable?
        var used: Set<EventColumn> = []
    }

    private let state = Mutex(State())

    /// The table; asked of the database where that has not been done.
    func table(from pool: PostgresPool) async throws -> EventTable {
        if let table = self.state.withLock({ $0.table }) { return table }
        let table = try await pool.withConnection { try await EventRepository($0).table() }
        self.state.withLock { $0.table = table }
        return table
    }

    /// Has the table asked for again where an error says that one of its columns is gone (SQLSTATE 42703).
    func forgetTable(after error: PostgresError) {
        guard error.sqlState == "42703" else { return }
        self.state.withLock { $0 = State() }
    }

    /// Which of a table's columns every insert fills.
    ///
    /// Those that any event had something for so far: a database has a dozen columns that most events leave alone, and
    /// a statement for each combination of them would let a sender fill the server's memory with prepared statements.
    func used(of table: EventTable) -> [Int] {
        guard !table.columns.isEmpty else { return [] }
        let used = self.state.withLock { $0.used }
        return table.columns.indices.filter { used.contains(table.columns[$0]) }
    }

    /// Has the columns filled from now on that events had something for.
    func noteUse(by events: EventColumns) {
        guard !events.used.isEmpty else { return }
        self.state.withLock { $0.used.formUnion(events.extraColumns) }
    }
}
