import EventLog
import InternalContract

extension DeadLetter {
    /// The dead letter that a request is to have recorded.
    init(_ letter: DeadLettersRequest.Letter) {
        self.init(
            stream: letter.stream,
            streamSequence: UInt64(letter.sequence),
            subject: letter.subject,
            headers: letter.headers,
            body: letter.body,
            reason: DeadLetterReason(text: letter.reason, sqlState: letter.sqlState)
        )
    }
}
