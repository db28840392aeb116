/// Messages that are projected together.
package protocol MessageBatch {
    /// How many there are.
    var count: Int { get }

    /// Lends the body of a message; asked for more than once where the database refuses some of them.
    func withBody<Result>(_ index: Int, _ read: (UnsafeRawBufferPointer) -> Result) -> Result

    /// The record of a message that cannot become an event.
    func deadLetter(_ index: Int, reason: DeadLetterReason) -> DeadLetter
}
