import EventLog
import InternalContract

extension DeadLettersRequest.Letter {
    /// A dead letter as it travels.
    init(_ letter: DeadLetter) {
        self.init(
            stream: letter.stream,
            sequence: Int64(clamping: letter.streamSequence),
            subject: letter.subject,
            headers: letter.headers,
            body: letter.body,
            reason: letter.reason.text,
            sqlState: letter.reason.sqlState
        )
    }
}
