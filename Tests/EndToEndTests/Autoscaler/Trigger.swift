/// What KEDA asks before it scales.
protocol Trigger: Sendable {
    /// Polls.
    ///
    /// - Throws: For whatever is no answer.
    func read() async throws -> TriggerReading

    /// Calls `push` whenever the trigger says by itself that there is something to do, until the task is cancelled.
    func listen(_ push: @escaping @Sendable () async -> Void) async throws
}
