import EventLog
import RawJSON

extension JSONWriter {
    /// Writes the members of an object that describes a dead letter, without headers and body.
    mutating func members(of recorded: RecordedDeadLetter) {
        let letter = recorded.letter
        self.key("dead_letter_id")
        self.integer(recorded.id)
        self.key("created_at")
        self.string(recorded.recordedAt)
        self.key("stream")
        self.string(letter.stream)
        self.key("stream_sequence")
        self.integer(letter.streamSequence)
        self.key("subject")
        self.string(letter.subject)
        self.key("body_bytes")
        self.integer(recorded.bodyBytes)
        self.key("reason")
        self.string(letter.reason.text)
        self.key("sql_state")
        self.string(letter.reason.sqlState)
    }
}
