/// What came of one claim.
struct TurnResult: Hashable, Sendable {
    /// How many rows were claimed.
    let rows: Int
    /// Whether nothing that was due then is due now, as far as can be told.
    let hasFinished: Bool
    /// Whether rows may be committed by now, or in a moment, that nobody notifies of.
    var mayHaveUnannounced = false
}
