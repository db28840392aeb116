import InternalContract

/// The value of a `Content-Type` header.
struct ContentType {
    private let mediaType: String

    /// Reads a value; parameters do not matter.
    init(_ value: String) {
        self.mediaType = value.prefix { $0 != ";" }.trimmingBlanks.lowercased()
    }

    /// Whether it stands for JSON, as its absence does.
    var isJSON: Bool {
        ["", "application/json"].contains(self.mediaType)
            || self.mediaType.hasPrefix("application/") && self.mediaType.hasSuffix("+json")
    }
}
