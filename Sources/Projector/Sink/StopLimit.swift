import ServiceLifecycle

/// How long a request may go on once the process was asked to stop.
///
/// What it was about is handed back then, while there is time for it: a process that does not end by itself is cancelled.
struct StopLimit {
    /// A request that had no answer in that time.
    struct Passed: Error, CustomStringConvertible {
        let description = "internal-api gave no answer before the process had to stop"
    }

    let patience: Duration

    /// Makes a request.
    ///
    /// - Throws: What it throws, or ``Passed``.
    func run<Answer: Sendable>(_ request: @escaping @Sendable () async throws -> Answer) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await request() }
            group.addTask {
                try await gracefulShutdown()
                try await Task.sleep(for: self.patience)
                return nil
            }
            guard let answer = try await group.next() ?? nil else { throw Passed() }
            return answer
        }
    }
}
