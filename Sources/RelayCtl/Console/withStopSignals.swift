import ArgumentParser
import Glibc
import UnixSignals

/// Runs `body` and cancels it at the first SIGINT, SIGTERM or SIGHUP; a second one ends the process at once.
///
/// - Throws: `ExitCode` 130 once `body` has ended after a signal; else what `body` throws.
func withStopSignals<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
    let work = Task { try await body() }
    // Cancelled, and so over, once the work is.
    async let _: Void = cancel(work, at: signals)
    let result = await work.result
    if work.isCancelled { throw ExitCode(130) }
    return try result.get()
}

private func cancel(_ work: Task<some Sendable, any Error>, at signals: UnixSignalsSequence) async {
    for await _ in signals {
        // Whoever starts a guardian need not be there for it to end what it guards.
        if work.isCancelled { Glibc._exit(130) }
        work.cancel()
    }
}
