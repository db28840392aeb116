import EventLog
import JetStream
import RawJSON

/// Reads what delivered messages hold.
struct MessageReader: Sendable {
    let stream: String
    let shard: Shard
    let table: EventTable

    /// What each message of our shard holds, with its place among those delivered.
    func read(_ messages: DeliveredMessages) -> ReadMessages {
        var read = ReadMessages()
        var parser = JSONParser(indexingDepth: EventMessage.indexingDepth)
        for index in 0..<messages.count where messages.withSubject(index, self.shard.owns(subject:)) {
            read.append(
                messages.withBody(index) { MessageContent(reading: $0, for: self.table, with: &parser) },
                index: index
            )
        }
        return read
    }

    /// The record of a message that cannot become an event.
    func deadLetter(_ index: Int, of messages: DeliveredMessages, reason: DeadLetterReason) -> DeadLetter {
        DeadLetter(
            stream: self.stream,
            streamSequence: messages.streamSequence(index),
            subject: messages.subject(index),
            headers: messages.headers(of: index),
            body: messages.withBody(index) { [UInt8]($0) },
            reason: reason
        )
    }
}
