import Postgres

extension PostgresError {
    /// Whether the database refuses the events for what they are, now and later, as opposed to being at fault itself.
    ///
    /// Beside data errors these are 44 (a view's check), 54 (a text too long for an index on it, 1 GiB in one
    /// statement) and P0001 (a trigger's own objection). A row that is refused for one of them would otherwise be tried
    /// for ever, and everything behind it with it.
    var refusesEvents: Bool {
        self.code == .server
            && (self.isDataError || self.sqlState == "P0001" || ["44", "54"].contains(self.sqlState?.prefix(2)))
    }

    /// Whether it is about the entry 0 of `noetl.catalog`, which stands for none.
    var namesEmptyCatalogEntry: Bool {
        self.sqlState == "23503" && self.detail?.contains("(catalog_id)=(0)") == true
    }

    /// What an event that was refused does wrong, as the end of a sentence and without its content.
    var fault: String {
        let constraint = self.constraint.map { " \($0)" } ?? ""
        return switch self.sqlState {
        case "23503" where self.namesEmptyCatalogEntry:
            "names a catalog_id that noetl.catalog does not have: 0, which stands for none and could not be made "
                + "(constraint\(constraint))"
        case "23503": "names a catalog_id that noetl.catalog does not have (constraint\(constraint))"
        case "23514" where self.constraint == nil: "has an execution_id that no partition of noetl.event takes"
        case "23514": "breaks the constraint\(constraint) of noetl.event"
        case "23502": "lacks a value that noetl.event requires"
        case let state? where state.hasPrefix("54"):
            "holds a value that is too large for noetl.event or one of its indexes (SQLSTATE \(state))"
        case let state?: "holds a value that noetl.event cannot store (SQLSTATE \(state))"
        case nil: "cannot be stored"
        }
    }
}
