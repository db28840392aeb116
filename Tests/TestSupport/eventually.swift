package import Testing

/// Asks again and again until `condition` holds, and records an issue where it does not come to hold in time.
///
/// For what happens in another process, which gives no signal. The limit only bounds a failing test.
package func eventually(
    within limit: Duration = .seconds(60),
    _ expectation: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record(expectation ?? "it did not come to hold within \(limit)", sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(10))
    }
}
