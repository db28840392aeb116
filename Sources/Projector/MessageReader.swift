import EventLog
import JetStream
import RawJSON

/// Reads what delivered messages hold.
struct MessageReader: Sendable {
    let stream: String

    /// What each message holds: its events, or why it has none.
    func contents(of messages: DeliveredMessages) -> [ProjectionService.Content] {
        (0..<messages.count).map { index in
            messages.withBody(index) { Self.content(of: $0) }
        }
    }

    /// The record of a message that cannot become an event.
    func deadLetter(_ index: Int, of messages: DeliveredMessages, reason: DeadLetterReason) -> DeadLetter {
        DeadLetter(
            stream: self.stream,
            streamSequence: messages.streamSequence(index),
            subject: messages.subject(index),
            body: messages.withBody(index) { [UInt8]($0) },
            reason: reason.text,
            sqlState: reason.sqlState
        )
    }

    private static func content(of body: UnsafeRawBufferPointer) -> ProjectionService.Content {
        let document: JSONDocument
        do {
            document = try JSONDocument(copying: body, indexingDepth: EventMessage.indexingDepth)
        } catch {
            return .failure(DeadLetterReason(error))
        }
        do {
            return .success(try EventMessage(document).envelopes)
        } catch {
            return .failure(DeadLetterReason(error))
        }
    }
}
