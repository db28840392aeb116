import Postgres
import Synchronization

/// What is known of `noetl.event` in the database at hand, asked for once.
final class EventTableCache: Sendable {
    private struct State {
        var table: EventTable?
        var used: Set<EventColumn> = []
    }

    private let state = Mutex(State())

    /// The table; asked of the database where that has not been done, or where there was none.
    func table(from pool: PostgresPool) async throws -> EventTable {
        if let table = self.state.withLock({ $0.table }) { return table }
        let table = try await pool.withConnection { try await EventRepository($0).table() }
        guard let table else { return EventTable(columns: []) }
        self.state.withLock { $0.table = table }
        return table
    }

    /// Has the table asked for again where an error says that it is another one by now: SQLSTATE class 42, such as a column
    /// that is gone or of another type.
    func forgetTable(after error: PostgresError) {
        guard error.sqlState?.hasPrefix("42") == true else { return }
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
