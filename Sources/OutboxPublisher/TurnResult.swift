/// What came of one claim.
struct TurnResult: Hashable, Sendable {
    /// How many rows were claimed.
    let rows: Int
    /// Whether nothing that was due then is due now, as far as can be told.
    let hasFinished: Bool
    /// Whether rows may be committed by now, or in a moment, that nobody notifies of.
    var mayHaveUnannounced = false
    /// Whether the claim asked, and there are some.
    var hasUnannounced = false
}

extension TurnResult {
    /// - Parameters:
    ///   - rows: How many rows were claimed.
    ///   - hasFinished: Whether nothing that was due then is due now, as far as can be told.
    ///   - lookout: Who hears of commits, if anybody.
    init(rows: Int, hasFinished: Bool, after lookout: OutboxLookout?) {
        self.init(
            rows: rows,
            hasFinished: hasFinished,
            mayHaveUnannounced: lookout?.mayHaveUnannounced ?? false,
            hasUnannounced: lookout?.hasUnannounced ?? false
        )
    }
}
