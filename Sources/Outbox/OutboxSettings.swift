package import Settings

/// Settings of the table that more than one program reads.
package enum OutboxSettings {
    /// `NOETL_OUTBOX_LEASE_SECONDS`: how long a claim lasts.
    package static let lease = Setting<Duration>.seconds(
        "NOETL_OUTBOX_LEASE_SECONDS",
        default: 60,
        in: 1...86_400,
        "How long a claim lasts without a word from its owner; then others can claim the row."
    )
}
