extension JSONValue {
    /// The decoded text of a string, or `nil` for another kind.
    ///
    /// A surrogate without its partner becomes U+FFFD.
    package var string: String? {
        self.withUTF8 { text in String(decoding: text, as: UTF8.self) }
    }

    /// Whether it is the string `""`.
    package var isEmptyString: Bool { self.kind == .string && self.range.count == 2 }

    /// Lends the decoded text of a string as UTF-8, or returns `nil` for another kind.
    ///
    /// Text without escapes is lent where it is; other text is decoded into memory of its own.
    package func withUTF8<Result, Failure>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard self.kind == .string else { return nil }
        guard !self.hasEscapes else {
            var text: [UInt8] = []
            text.reserveCapacity(self.range.count)
            self.appendUTF8(to: &text)
            return try text.withUnsafeBufferPointer(body)
        }
        return try self.withQuotedBytes(body)
    }

    /// Appends the decoded text of a string as UTF-8; nothing for another kind.
    package func appendUTF8(to text: inout [UInt8]) {
        guard self.kind == .string else { return }
        self.withQuotedBytes { bytes in
            if self.hasEscapes {
                StringDecoder.decode(bytes, into: &text)
            } else {
                text.append(contentsOf: bytes)
            }
        }
    }

    /// Whether it is a string, or a key, with exactly these scalars once escapes are resolved.
    package func hasText(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { text in self.hasText(text) }
    }

    /// Does the same with text that is already UTF-8.
    @inline(__always)
    func hasText(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        // An escape is longer than what it stands for, so most other texts are told apart by their length.
        let node = self.node
        let length = Int(node.end &- node.start) &- 2
        guard node.kind == .string, node.traits.contains(.escapes) ? length > text.count : length == text.count else {
            return false
        }
        return self.withUTF8 { bytes in bytes.elementsEqual(text) } ?? false
    }

    private var hasEscapes: Bool { self.node.traits.contains(.escapes) }

    /// Lends what is between the quotes.
    @inline(__always)
    private func withQuotedBytes<Result, Failure>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try self.withBytes { bytes throws(Failure) in
            try body(UnsafeBufferPointer(rebasing: bytes[1..<(bytes.count - 1)]))
        }
    }
}
