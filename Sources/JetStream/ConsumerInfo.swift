import CLibNATS

/// A consumer's configuration and state.
package struct ConsumerInfo: Hashable, Sendable {
    /// Which subjects it delivers, empty for all.
    package let filterSubject: String
    /// How long an acknowledgement may take.
    package let acknowledgementWait: Duration
    /// How many messages may be delivered and not yet acknowledged; `nil` for any number.
    package let maximumAcknowledgementsPending: Int?
    /// How often a message is delivered at most; `nil` for as often as it takes.
    package let maximumDeliveries: Int?
    /// Whether its messages are pulled, and acknowledged one by one.
    package let isPulledAndAcknowledged: Bool
    /// The sequence in the stream of the newest message it has delivered.
    package let deliveredSequence: UInt64
    /// How many deliveries there have been.
    package let deliveries: UInt64
    /// How many messages it has not delivered yet.
    package let pending: UInt64
    /// How many it has delivered that are not acknowledged yet.
    package let acknowledgementsPending: Int
    /// The sequence of the stream up to which all that it delivers is acknowledged.
    package let acknowledgedSequence: UInt64
    /// How many of those it has delivered more than once.
    package let redelivered: Int

    init(_ info: jsConsumerInfo) {
        self.filterSubject = info.Config.pointee.FilterSubject.map { String(cString: $0) } ?? ""
        self.acknowledgementWait = .nanoseconds(info.Config.pointee.AckWait)
        self.maximumAcknowledgementsPending = Int(info.Config.pointee.MaxAckPending).limit
        self.maximumDeliveries = Int(info.Config.pointee.MaxDeliver).limit
        self.isPulledAndAcknowledged =
            info.Config.pointee.AckPolicy == js_AckExplicit && info.Config.pointee.DeliverSubject == nil
        self.deliveredSequence = info.Delivered.Stream
        self.deliveries = info.Delivered.Consumer
        self.pending = info.NumPending
        self.acknowledgementsPending = Int(info.NumAckPending)
        self.acknowledgedSequence = info.AckFloor.Stream
        self.redelivered = Int(info.NumRedelivered)
    }
}

extension Int {
    /// A limit, where 0 and -1 stand for none.
    fileprivate var limit: Int? { self > 0 ? self : nil }
}
