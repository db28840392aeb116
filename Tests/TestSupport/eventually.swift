package import Testing

/// Asks again and again until `condition` holds, and records an issue where it does not come to hold in time.
///
/// For what happens in another process, which gives no signal. The limit only bounds a failing test.
package func eventually(
    within limit: Duration = .seconds(240),
    _ expectation: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    guard try await !soon(within: limit, condition) else { return }
    Issue.record(expectation ?? "it did not come to hold within \(limit)", sourceLocation: sourceLocation)
}

/// Asks again and again until `condition` holds, for what may pass before it is seen and is then tried again.
///
/// - Returns: Whether it came to hold within the limit.
package func soon(within limit: Duration = .seconds(15), _ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { return false }
        try await Task.sleep(for: .milliseconds(10))
    }
    return true
}
