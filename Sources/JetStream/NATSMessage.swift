/// A message to publish.
package struct NATSMessage: Sendable {
    /// Where to.
    let subject: String
    /// The headers as they are sent, each line with its end.
    private(set) var headerLines: [UInt8] = []
    /// The body.
    let body: [UInt8]

    /// Creates a message; the body is copied.
    ///
    /// - Throws: ``NATSError`` with ``NATSError/Code/invalidSubject``.
    package init(subject: String, body: UnsafeRawBufferPointer) throws {
        guard Subject.isPublishable(subject) else { throw NATSError(.invalidSubject, subject.debugDescription) }
        self.subject = subject
        self.body = Array(body)
        self.headerLines.reserveCapacity(256)
    }

    /// Adds a header.
    ///
    /// Control characters, which would end the header's line, become blanks.
    ///
    /// - Parameters:
    ///   - name: Its name: visible characters of ASCII without a colon.
    ///   - value: Its value.
    package mutating func addHeader(_ name: StaticString, _ value: String) {
        self.addLine(name) { line in
            for byte in value.utf8 { line.append(byte < 0x20 || byte == 0x7f ? 0x20 : byte) }
        }
    }

    /// Adds a header whose value is a number.
    package mutating func addHeader(_ name: StaticString, _ value: Int64) {
        self.addLine(name) { $0.append(decimal: value) }
    }

    /// Adds a header whose value is two numbers with a hyphen between; the word `none` stands for an absent first one.
    package mutating func addHeader(_ name: StaticString, _ first: Int64?, _ second: Int64) {
        self.addLine(name) { line in
            if let first { line.append(decimal: first) } else { line.append(contentsOf: "none".utf8) }
            line.append(UInt8(ascii: "-"))
            line.append(decimal: second)
        }
    }

    private mutating func addLine(_ name: StaticString, _ write: (inout [UInt8]) -> Void) {
        self.headerLines.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        self.headerLines.append(contentsOf: [UInt8(ascii: ":"), UInt8(ascii: " ")])
        write(&self.headerLines)
        self.headerLines.append(contentsOf: [UInt8(ascii: "\r"), UInt8(ascii: "\n")])
    }
}

extension [UInt8] {
    /// Appends the decimal digits of a number; formatting it as a `String` takes ten times as long.
    fileprivate mutating func append(decimal value: Int64) {
        if value < 0 { self.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let start = self.count
        repeat {
            self.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        self[start...].reverse()
    }
}
