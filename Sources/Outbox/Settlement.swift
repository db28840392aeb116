/// What a batch's deliveries mean for its rows.
package struct Settlement: Sendable {
    /// Rows to mark PUBLISHED.
    package private(set) var published: [Int64] = []
    /// Rows to mark FAILED.
    package private(set) var failed: [FailedRow] = []
    /// How many rows are left as they were, to be claimed again.
    package private(set) var undecided = 0
    /// How many published rows went before one of their execution that will be published after them.
    package private(set) var overtaken = 0

    /// A row to mark FAILED.
    package struct FailedRow: Hashable, Sendable {
        /// The row.
        package let outboxID: Int64
        /// Seconds until it is tried again, or `nil` to park it: it is never tried again by itself.
        package let delay: Double?
        /// Why.
        package let reason: String
    }

    /// Decides over a batch.
    ///
    /// - Parameters:
    ///   - rows: The rows.
    ///   - deliveries: What became of each.
    ///   - maximumAttempts: After how many attempts a row is parked.
    package init(of rows: [OutboxRow], _ deliveries: [Delivery], maximumAttempts: Int) {
        self.published.reserveCapacity(rows.count)
        // The executions of which an earlier row stays behind: none, nearly always.
        var left: Set<Int64> = []
        for (row, delivery) in zip(rows, deliveries) {
            switch delivery {
            case .published:
                self.published.append(row.outboxID)
                if !left.isEmpty, let execution = row.executionID, left.contains(execution) { self.overtaken += 1 }
            case .undecided:
                self.undecided += 1
                if let execution = row.executionID { left.insert(execution) }
            case .refused(let reason, let isPermanent):
                let isUsedUp = row.attempts >= maximumAttempts
                if !isPermanent, !isUsedUp, let execution = row.executionID { left.insert(execution) }
                self.failed.append(
                    FailedRow(
                        outboxID: row.outboxID,
                        delay: isPermanent || isUsedUp ? nil : Backoff.jittered(attempts: row.attempts),
                        reason: isUsedUp && !isPermanent ? "gave up after \(row.attempts) attempts: \(reason)" : reason
                    )
                )
            }
        }
    }
}
