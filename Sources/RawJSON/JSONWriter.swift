/// Builds a JSON text in one array of bytes.
///
/// It sets the commas and escapes strings. What it leaves to its user: that there is one value at the outermost level,
/// that each value in an object follows a key and no other does, and that raw text is JSON.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object { writer in
///     writer.key("rows")
///     writer.array { writer in
///         for row in rows { writer.raw(row.payload) }
///     }
///     writer.key("claimed")
///     writer.integer(rows.count)
/// }
/// ```
package struct JSONWriter: Sendable {
    /// The text so far.
    package private(set) var bytes: [UInt8] = []

    /// Whether a value stands before the place where the next one goes.
    private var followsValue = false

    /// Makes a writer with room for so many bytes.
    package init(reservingCapacity capacity: Int = 0) {
        self.bytes.reserveCapacity(capacity)
    }

    /// Writes an object whose members `body` writes, each as a key and a value.
    package mutating func object<Failure>(_ body: (inout Self) throws(Failure) -> Void) throws(Failure) {
        self.begin(with: ASCII.openBrace)
        try body(&self)
        self.end(with: ASCII.closeBrace)
    }

    /// Writes an array whose elements `body` writes.
    package mutating func array<Failure>(_ body: (inout Self) throws(Failure) -> Void) throws(Failure) {
        self.begin(with: ASCII.openBracket)
        try body(&self)
        self.end(with: ASCII.closeBracket)
    }

    /// Writes the key of the value that comes next.
    package mutating func key(_ key: String) {
        self.string(key)
        self.bytes.append(ASCII.colon)
        self.followsValue = false
    }

    /// Writes a string, or `null` for `nil`.
    package mutating func string(_ text: String?) {
        guard var text else { return self.null() }
        text.withUTF8 { text in self.string(utf8: text) }
    }

    /// Writes a string whose text is given as UTF-8; what is not UTF-8 in it becomes U+FFFD.
    package mutating func string(utf8 text: UnsafeBufferPointer<UInt8>) {
        self.separate()
        StringEncoder.encode(text, into: &self.bytes)
    }

    /// Writes an integer, or `null` for `nil`.
    package mutating func integer(_ value: (some FixedWidthInteger)?) {
        guard let value else { return self.null() }
        self.separate()
        self.bytes.append(contentsOf: String(value).utf8)
    }

    /// Writes `true` or `false`.
    package mutating func bool(_ value: Bool) {
        self.separate()
        self.bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes `null`.
    package mutating func null() {
        self.separate()
        self.bytes.append(contentsOf: "null".utf8)
    }

    /// Writes a value as it is in its document.
    package mutating func value(_ value: JSONValue) {
        value.withBytes { text in self.raw(UnsafeRawBufferPointer(text)) }
    }

    /// Writes text that is one JSON value already; it is not checked.
    package mutating func raw(_ text: some Collection<UInt8>) {
        self.separate()
        self.bytes.append(contentsOf: text)
    }

    private mutating func begin(with bracket: UInt8) {
        self.separate()
        self.bytes.append(bracket)
        self.followsValue = false
    }

    private mutating func end(with bracket: UInt8) {
        self.bytes.append(bracket)
        self.followsValue = true
    }

    private mutating func separate() {
        if self.followsValue { self.bytes.append(ASCII.comma) }
        self.followsValue = true
    }
}
