import EventLog
import JetStream

/// The messages of our shard among those delivered.
struct OwnMessages: MessageBatch {
    private let stream: String
    private let messages: DeliveredMessages
    /// The place of each among the messages delivered.
    let indices: [Int]

    init(_ messages: DeliveredMessages, from stream: String, in shard: Shard) {
        self.stream = stream
        self.messages = messages
        self.indices = (0..<messages.count).filter { messages.withSubject($0, shard.owns(subject:)) }
    }

    var count: Int { self.indices.count }

    func withBody<Result>(_ index: Int, _ read: (UnsafeRawBufferPointer) -> Result) -> Result {
        self.messages.withBody(self.indices[index], read)
    }

    func deadLetter(_ index: Int, reason: DeadLetterReason) -> DeadLetter {
        let delivered = self.indices[index]
        return DeadLetter(
            stream: self.stream,
            streamSequence: self.messages.streamSequence(delivered),
            subject: self.messages.subject(delivered),
            headers: self.messages.headers(of: delivered),
            body: self.messages.withBody(delivered) { [UInt8]($0) },
            reason: reason
        )
    }
}
