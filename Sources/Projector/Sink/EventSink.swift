import JetStream

/// Where the event log is, and how messages get into it.
protocol EventSink: Sendable {
    /// Stores messages, each as its events or as a dead letter.
    ///
    /// Called again with the same messages after an error, it goes on with those that are not done.
    ///
    /// - Parameters:
    ///   - messages: The messages.
    ///   - progress: What became of them; kept up to date also where an error ends it.
    ///   - onStep: Called now and then, as a sign of life.
    /// - Throws: What keeps the event log from being reached, which is no message's fault.
    func store(
        _ messages: DeliveredMessages,
        _ progress: inout BatchProgress,
        onStep: @escaping @Sendable () -> Void
    ) async throws

    /// Asks whether the event log can be reached.
    ///
    /// - Returns: How many dead letters wait in it, where that can be told.
    /// - Throws: What keeps it from being reached.
    func look() async throws -> Int?

    /// Lets go of what it holds; it is not used afterwards.
    func close() async
}
