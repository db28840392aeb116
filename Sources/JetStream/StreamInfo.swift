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

    /// The subjects it stores.
    package let subjects: [String]
    /// When a message leaves it.
    package let retention: Retention
    /// How long a message id is remembered.
    package let duplicateWindow: Duration
    /// The largest message it takes in bytes, `nil` where only the server's limit counts.
    package let maximumMessageBytes: Int?
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
        self.duplicateWindow = .nanoseconds(configuration.Duplicates)
        self.maximumMessageBytes = configuration.MaxMsgSize > 0 ? Int(configuration.MaxMsgSize) : nil
        self.messages = info.State.Msgs
        self.firstSequence = info.State.FirstSeq
        self.lastSequence = info.State.LastSeq
    }
}
