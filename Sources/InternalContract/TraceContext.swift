/// The W3C trace context of a request: https://www.w3.org/TR/trace-context-1/.
///
/// Passed on as it came: we record no spans of our own, so whoever we call belongs to the caller's.
package struct TraceContext: Hashable, Sendable {
    /// The context of what the current task does.
    @TaskLocal package static var current: TraceContext?

    /// The header `traceparent`.
    package let parent: String
    /// The header `tracestate`, where there is one.
    package let state: String?

    /// Reads the headers of a request; `nil` where `traceparent` is none.
    ///
    /// - Parameters:
    ///   - parent: The header `traceparent`: version, trace id, parent id and flags in lower-case hexadecimal.
    ///   - state: The header `tracestate`, which is not looked into.
    package init?(parent: String, state: String? = nil) {
        let parts = parent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            zip(parts, [2, 32, 16, 2]).allSatisfy({ $0.utf8.count == $1 && $0.utf8.allSatisfy(Self.isHexadecimal) }),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else { return nil }
        self.parent = parent
        self.state = state
    }

    /// The id of the whole trace.
    package var traceID: Substring { self.parent.dropFirst(3).prefix(32) }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
