/// Asks `condition` every few milliseconds until it holds; returns whether it came to hold within `limit`.
///
/// Servers announce that they are ready by writing a file, which can only be looked at again and again.
///
/// - Throws: What `condition` throws, and `CancellationError`.
func wait(atMost limit: Duration, until condition: () throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while try !condition() {
        guard ContinuousClock.now < deadline else { return false }
        try await Task.sleep(for: .milliseconds(5))
    }
    return true
}
