/// `noetl.outbox` as the contract has it.
struct OutboxModel {
    struct Row {
        var execution: Int64?
        var event: Int64
        var subject: String?
        /// As the database prints it.
        var payload: String
        var status: String
        var attempts: Int64
        /// Whether its time has come; for a parked row it never does.
        var isDue: Bool
        var isParked = false
        /// Whether its lease still runs, where it is IN_FLIGHT.
        var isLeased: Bool
        var lastError: String?
    }

    var rows: [Int64: Row] = [:]

    private func isClaimable(_ row: Row) -> Bool {
        switch row.status {
        case "PENDING", "FAILED": row.isDue
        case "IN_FLIGHT": !row.isLeased
        default: false
        }
    }

    /// How many rows are pending.
    var pending: Int { self.rows.values.count(where: self.isClaimable) }

    /// Claims and returns the keys.
    mutating func claim(limit: Int64, isOrdered: Bool) -> [Int64] {
        var claimed: [Int64] = []
        for id in self.rows.keys.sorted() where claimed.count < limit {
            guard let row = self.rows[id], self.isClaimable(row) else { continue }
            if isOrdered, let execution = row.execution {
                let isBehind = self.rows.contains { earlier, other in
                    earlier < id && other.execution == execution && other.status != "PUBLISHED" && !other.isParked
                        && !claimed.contains(earlier)
                }
                if isBehind { continue }
            }
            claimed.append(id)
        }
        for id in claimed {
            guard var row = self.rows[id] else { continue }
            row.status = "IN_FLIGHT"
            row.isLeased = true
            row.attempts = min(2_147_483_647, row.attempts + 1)
            self.rows[id] = row
        }
        return claimed
    }

    /// Marks and returns how many changed.
    mutating func markPublished(_ ids: [Int64]) -> Int {
        var marked = 0
        for id in Set(ids) {
            guard let row = self.rows[id], row.status != "PUBLISHED" else { continue }
            self.rows[id]?.status = "PUBLISHED"
            self.rows[id]?.lastError = nil
            marked += 1
        }
        return marked
    }

    /// Parks and returns whether the row changed.
    mutating func park(_ id: Int64, error: String, claimed: Int64?) -> Bool {
        guard self.isMarked(id, claimed: claimed) else { return false }
        self.rows[id]?.status = "FAILED"
        self.rows[id]?.isDue = false
        self.rows[id]?.isParked = true
        self.rows[id]?.lastError = Self.stored(error)
        return true
    }

    /// Marks and returns whether the row changed, and the delay.
    mutating func markFailed(
        _ id: Int64,
        error: String,
        attempts: Int64?,
        claimed: Int64?,
        maximum: Int64
    ) -> (Bool, Int64) {
        let exponent = min(8, max(0, (attempts ?? 1) - 1))
        let delay = min(maximum, Int64(1) << exponent)
        guard self.isMarked(id, claimed: claimed) else { return (false, delay) }
        self.rows[id]?.status = "FAILED"
        self.rows[id]?.isDue = false
        self.rows[id]?.isParked = false
        self.rows[id]?.lastError = Self.stored(error)
        return (true, delay)
    }

    /// Whether a failed mark changes a row: not one that is unknown or published, nor, where the claim is named, one that
    /// was claimed again since.
    private func isMarked(_ id: Int64, claimed: Int64?) -> Bool {
        guard let row = self.rows[id], row.status != "PUBLISHED" else { return false }
        return claimed ?? row.attempts == row.attempts
    }

    private static func stored(_ error: String) -> String {
        String(String.UnicodeScalarView(error.unicodeScalars.prefix(2000))).replacing("\0", with: "\u{FFFD}")
    }

    /// Each row as the test reads it from the database.
    var lines: [String] {
        self.rows.sorted { $0.key < $1.key }.map { id, row in
            let isDue = row.isDue ? "t" : "f"
            return "\(id) \(row.status) \(row.attempts) \(isDue) \(row.lastError ?? "∅")"
        }
    }

    /// What reads such lines; whether a row is due matters only where it may be claimed.
    static let query = """
        SELECT concat_ws(' ', outbox_id, status, attempts, available_at <= now(), coalesce(last_error, '∅'))
        FROM noetl.outbox ORDER BY outbox_id
        """
}
