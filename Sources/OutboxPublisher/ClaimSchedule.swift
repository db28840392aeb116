import Waiting

/// Until when the steps of a batch may take, so that its marks are written before the server ends the claim.
struct ClaimSchedule: Sendable {
    /// A batch that took longer would be taken for a worker that hangs.
    private static let longestClaim = Duration.seconds(30)

    /// Until when messages are sent: half of the lease.
    ///
    /// What is left over goes with the next batch.
    let sendingEnd: Deadline
    /// Until when PubAcks are waited for: three quarters of the lease.
    let answersEnd: Deadline

    /// - Parameters:
    ///   - start: When the claim was asked for: a process that was stopped and continued since finds the ends in the past.
    ///   - lease: How long the server keeps a claim.
    init(start: ContinuousClock.Instant, lease: Duration) {
        self.sendingEnd = .at(start + min(lease, Self.longestClaim) / 2)
        self.answersEnd = .at(start + Self.latestMessage(lease: lease))
    }

    /// How long after it was asked for a claim's last message goes out at the latest.
    static func latestMessage(lease: Duration) -> Duration {
        min(lease, Self.longestClaim) * 3 / 4
    }
}
