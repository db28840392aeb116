import CLibNATS

/// A consumer's configuration and state.
package struct ConsumerInfo: Hashable, Sendable {
    /// Which subjects it delivers, empty for all.
    package let filterSubject: String
    /// How long an acknowledgement may take.
    package let acknowledgementWait: Duration
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
        self.pending = info.NumPending
        self.acknowledgementsPending = Int(info.NumAckPending)
        self.acknowledgedSequence = info.AckFloor.Stream
        self.redelivered = Int(info.NumRedelivered)
    }
}
