import Waiting

/// A claim took so much of its own time that none was left to publish in.
struct SlowClaim: Error, CustomStringConvertible {
    /// From the claim to the first message.
    let duration: Duration
    /// How long the server keeps a claim.
    let lease: Duration

    var description: String {
        """
        the claim took \(self.duration.seconds) s of the \(self.lease.seconds) s it lasts, and nothing was sent; raise \
        NOETL_OUTBOX_LEASE_SECONDS, or lower NOETL_OUTBOX_PUBLISHER_BATCH_SIZE
        """
    }
}
