import JetStream

extension PublishOutcome {
    /// The outcome in a word.
    var word: String {
        switch self {
        case .acknowledged(_, isDuplicate: false): "acknowledged"
        case .acknowledged(_, isDuplicate: true): "duplicate"
        case .refused: "refused"
        case .unknown: "unknown"
        case .unsent: "unsent"
        case .withheld: "withheld"
        }
    }

    /// The sequence of an acknowledged message.
    var sequence: UInt64? {
        guard case .acknowledged(let sequence, _) = self else { return nil }
        return sequence
    }

    /// The error of any other.
    var error: NATSError? {
        switch self {
        case .acknowledged, .withheld: nil
        case .refused(let error), .unknown(let error), .unsent(let error): error
        }
    }
}
