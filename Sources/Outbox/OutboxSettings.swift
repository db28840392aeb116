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

    /// `NOETL_OUTBOX_RETENTION_SECONDS`: how long a published row is kept.
    package static let retention = Setting<Duration>.seconds(
        "NOETL_OUTBOX_RETENTION_SECONDS",
        default: 604_800,
        in: 0...315_360_000,
        "How long a published row is kept before it is deleted; 0 keeps all."
    )
}
