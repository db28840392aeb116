/// A dead letter as it stands in `noetl.event_dead_letter`.
package struct RecordedDeadLetter: Hashable, Sendable {
    /// Its key.
    package let id: Int64
    /// When it was recorded, in RFC 3339 and UTC.
    package let recordedAt: String
    /// How many bytes its body has.
    package let bodyBytes: Int64
    /// The message and the reason; without headers and body in a list.
    package let letter: DeadLetter
}
