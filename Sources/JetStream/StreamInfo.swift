import CLibNATS

/// A stream's configuration and state.
package struct StreamInfo: Hashable, Sendable {
    /// When a message leaves the stream.
    package enum Retention: Hashable, Sendable {
        /// By age, number or size only.
        case limits
        /// When every consumer that exists has it.
        case interest
        /// When the first consumer has it.
        case workQueue
    }

    /// What a stream that is full does.
    package enum Discard: Hashable, Sendable {
        /// It drops its oldest messages.
        case old
        /// It refuses new ones.
        case new
    }

    /// The subjects it stores.
    package let subjects: [String]
    /// When a message leaves it.
    package let retention: Retention
    /// How long a message is kept.
    package let maximumAge: Duration
    /// How many servers store it.
    package let replicas: Int
    /// How long a message id is remembered.
    package let duplicateWindow: Duration
    /// The largest message it takes in bytes, `nil` where only the server's limit counts.
    package let maximumMessageBytes: Int?
    /// What it does when one of the three limits below is reached.
    package let discard: Discard
    /// The most messages it holds, `nil` where only the server's limits count.
    package let maximumMessages: Int64?
    /// The most bytes it holds, `nil` where only the server's limits count.
    package let maximumBytes: Int64?
    /// The most messages it holds of one subject, `nil` where there is no such limit.
    package let maximumMessagesPerSubject: Int64?
    /// Whether it answers a message with a PubAck.
    package let acknowledges: Bool
    /// Whether messages can be published to it: it is neither sealed nor the mirror of another.
    package let isWritable: Bool
    /// When it was made, in seconds since 1970.
    package let createdAt: Double
    /// When its oldest message was stored, in seconds since 1970; `nil` where it never had one.
    package let firstMessageAt: Double?
    /// How many messages it holds.
    package let messages: UInt64
    /// The sequence of the oldest message.
    package let firstSequence: UInt64
    /// The sequence of the newest message.
    package let lastSequence: UInt64

    init(_ info: jsStreamInfo) {
        let configuration = info.Config.pointee
        self.subjects = (0..<Int(configuration.SubjectsLen)).compactMap { index in
            configuration.Subjects[index].map { String(cString: $0) }
        }
        self.retention =
            switch configuration.Retention {
            case js_InterestPolicy: .interest
            case js_WorkQueuePolicy: .workQueue
            default: .limits
            }
        self.maximumAge = .nanoseconds(configuration.MaxAge)
        self.replicas = Int(configuration.Replicas)
        self.duplicateWindow = .nanoseconds(configuration.Duplicates)
        self.maximumMessageBytes = configuration.MaxMsgSize > 0 ? Int(configuration.MaxMsgSize) : nil
        self.discard = configuration.Discard == js_DiscardNew ? .new : .old
        self.maximumMessages = configuration.MaxMsgs > 0 ? configuration.MaxMsgs : nil
        self.maximumBytes = configuration.MaxBytes > 0 ? configuration.MaxBytes : nil
        self.maximumMessagesPerSubject = configuration.MaxMsgsPerSubject > 0 ? configuration.MaxMsgsPerSubject : nil
        self.acknowledges = !configuration.NoAck
        self.isWritable = !configuration.Sealed && configuration.Mirror == nil
        self.createdAt = Double(info.Created) * 1e-9
        self.firstMessageAt = info.State.FirstTime > 0 ? Double(info.State.FirstTime) * 1e-9 : nil
        self.messages = info.State.Msgs
        self.firstSequence = info.State.FirstSeq
        self.lastSequence = info.State.LastSeq
    }
}
