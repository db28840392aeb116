/// Runs `body` and then `cleanUp`, whether `body` returned, failed or was cancelled.
///
/// The clean-up runs in a task of its own, which nobody cancels.
///
/// - Throws: What `body` throws.
func withCleanUp<Result>(
    _ body: () async throws -> Result,
    cleanUp: @escaping @Sendable () async -> Void
) async throws -> Result {
    do {
        let result = try await body()
        await Task { await cleanUp() }.value
        return result
    } catch {
        await Task { await cleanUp() }.value
        throw error
    }
}
