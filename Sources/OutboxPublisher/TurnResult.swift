/// What came of one claim.
struct TurnResult: Hashable, Sendable {
    /// How many rows were claimed.
    let rows: Int
    /// Whether nothing that was due was left behind, as far as can be told from the claim.
    let hasTakenAll: Bool
}
