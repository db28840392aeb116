import JetStream
import Outbox

/// What the outcomes of a batch mean for its rows and for the connection it went out on.
struct BatchReport {
    /// What became of each row.
    private(set) var deliveries: [Delivery] = []
    /// How many were in the stream already.
    private(set) var duplicates = 0
    /// Why the connection is not to be used any more, if so.
    private(set) var brokerError: NATSError?
    /// Whether any message was to be sent.
    private(set) var hasTried = false

    /// - Parameters:
    ///   - outcomes: What became of each message; `nil` for one that was held back.
    ///   - isStored: Whether the stream stores the subject of the message at an index.
    init(_ outcomes: [PublishOutcome?], isStored: (Int) -> Bool) {
        self.deliveries.reserveCapacity(outcomes.count)
        let lastAcknowledged = outcomes.lastIndex { if case .acknowledged = $0 { true } else { false } } ?? -1
        for (index, outcome) in outcomes.enumerated() {
            switch outcome {
            case nil, .withheld: break
            default: self.hasTried = true
            }
            switch outcome {
            case nil, .withheld: self.deliveries.append(.undecided)
            // The broker answers those behind it: the silence is about this message, such as one to a subject that the
            // broker lets nobody of our user publish to. Left undecided it would end a connection again and again.
            case .unknown(let error) where error.code == .timeout && index < lastAcknowledged:
                self.deliveries.append(.refused(reason: "\(error), though later ones had theirs", isPermanent: false))
                self.brokerError = NATSError(.connectionClosed, "closed over a message without PubAck")
            case .acknowledged(_, let isDuplicate):
                self.deliveries.append(.published)
                self.duplicates += isDuplicate ? 1 : 0
            // Nobody answers for a subject that the stream stores: the stream is gone, or without a leader. That is not
            // the row's fault, and preparing the stream again may mend it.
            case .refused(let error) where error.code == .noResponders && isStored(index):
                self.deliveries.append(.undecided)
                self.brokerError = error
            case .refused(let error):
                self.deliveries.append(.refused(reason: "\(error)", isPermanent: !error.isRetryable))
            case .unknown(let error), .unsent(let error):
                self.deliveries.append(.undecided)
                self.brokerError = error
            }
        }
    }
}
