/// Where `/api/internal` is and how to call it.
package struct InternalAPIConfiguration: Sendable {
    /// The server's URL without a path of ours, such as `http://127.0.0.1:8085`.
    package var url: String
    /// The tokens; the first is sent.
    package var tokens: AccessTokenSource
    /// How long connecting may take.
    package var connectTimeout: Duration = .seconds(5)
    /// How long one attempt may take from its beginning to the last byte of its answer.
    ///
    /// A server of ours answers within it: a statement has 30 seconds there, and a free connection 5.
    package var timeout: Duration = .seconds(60)
    /// How often a call is tried that may be sent twice; 1 never tries again.
    package var maximumAttempts = 3
    /// The longest pause between two attempts.
    package var maximumPause: Duration = .seconds(2)
    /// How many connections are open at most.
    package var maximumConnections = 8
    /// The longest answer that is read.
    package var maximumAnswerBytes = 1 << 30

    /// Creates a configuration.
    package init(url: String, tokens: AccessTokenSource) {
        self.url = url
        self.tokens = tokens
    }
}
