/// Validates JSON texts and writes down where their values are.
///
/// The tape and the list of open containers stay allocated from one text to the next.
struct JSONScanner: Sendable {
    /// An array or object whose end has not been reached, or the text as a whole.
    private struct Frame {
        /// The byte that ends it; 0 for the text as a whole.
        var closer: UInt8
        var traits: JSONTraits = []
        var count: UInt32 = 0
        /// Index on the tape, if it has a node there.
        var node: Int?

        var isObject: Bool { self.closer == ASCII.closeBrace }
    }

    private let indexingDepth: Int
    private let maximumDepth: Int
    private(set) var nodes: [JSONNode] = []
    /// The frames around the innermost one, from the outside in.
    private var enclosing: [Frame] = []

    init(indexingDepth: Int, maximumDepth: Int) {
        self.indexingDepth = max(0, indexingDepth)
        self.maximumDepth = maximumDepth
    }

    /// Reads one text; afterwards `nodes` describes it, the root first.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) {
        self.nodes.removeAll(keepingCapacity: true)
        self.enclosing.removeAll(keepingCapacity: true)
        guard bytes.count < UInt32.max else { throw JSONError(.tooLarge, at: 0) }
        do {
            try self.scanText(bytes)
        } catch {
            // All before the fault has been read and so is UTF-8.
            if let offset = bytes.firstInvalidUTF8(from: error.offset) { throw JSONError(.invalidUTF8, at: offset) }
            throw error
        }
    }

    private mutating func scanText(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) {
        var cursor = JSONCursor(bytes: bytes)
        cursor.skipByteOrderMark()
        cursor.skipBlanks()
        if cursor.position == bytes.count { throw JSONError(.empty, at: cursor.position) }
        try self.scanValue(&cursor)
        cursor.skipBlanks()
        if cursor.position < bytes.count { throw JSONError(.trailingBytes, at: cursor.position) }
    }

    /// Reads one value with all that it contains.
    @inline(__always)
    private mutating func scanValue(_ cursor: inout JSONCursor) throws(JSONError) {
        var frame = Frame(closer: 0)
        repeat {
            cursor.skipBlanks()
            frame.count &+= 1
            switch cursor.current {
            case ASCII.openBrace:
                try self.open(.object, closer: ASCII.closeBrace, &frame, &cursor)
            case ASCII.openBracket:
                try self.open(.array, closer: ASCII.closeBracket, &frame, &cursor)
            default:
                try self.scanScalar(&frame, &cursor)
            }
        } while try self.moveToNextValue(&frame, &cursor)
    }

    @inline(__always)
    private mutating func scanScalar(_ frame: inout Frame, _ cursor: inout JSONCursor) throws(JSONError) {
        let start = cursor.position
        var traits: JSONTraits = []
        let kind: JSONKind
        switch cursor.current {
        case ASCII.quote:
            kind = .string
            traits = try cursor.skipString()
            frame.traits.formUnion(traits)
        case ASCII.t:
            kind = .bool
            try cursor.skipWord("true")
        case ASCII.f:
            kind = .bool
            try cursor.skipWord("false")
        case ASCII.n:
            kind = .null
            try cursor.skipWord("null")
        default:
            kind = .number
            try cursor.skipNumber()
        }
        self.append(kind, range: start..<cursor.position, traits: traits)
    }

    /// Enters a container: the cursor is then at its first value or at its end.
    @inline(__always)
    private mutating func open(
        _ kind: JSONKind,
        closer: UInt8,
        _ frame: inout Frame,
        _ cursor: inout JSONCursor
    ) throws(JSONError) {
        guard self.enclosing.count < self.maximumDepth else { throw JSONError(.depthExceeded, at: cursor.position) }
        let node = self.append(kind, range: cursor.position..<cursor.position, traits: [])
        self.enclosing.append(frame)
        frame = Frame(closer: closer, node: node)
        cursor.advance()
    }

    /// Passes what stands between two values: ends of containers, a comma, a key.
    ///
    /// Returns whether a value has to follow.
    @inline(__always)
    private mutating func moveToNextValue(_ frame: inout Frame, _ cursor: inout JSONCursor) throws(JSONError) -> Bool {
        while frame.closer != 0 {
            cursor.skipBlanks()
            if cursor.current == frame.closer {
                cursor.advance()
                self.close(&frame, end: cursor.position)
                continue
            }
            if frame.count > 0 { try cursor.skip(ASCII.comma) }
            if frame.isObject { try self.scanKey(&frame, &cursor) }
            return true
        }
        return false
    }

    @inline(__always)
    private mutating func scanKey(_ frame: inout Frame, _ cursor: inout JSONCursor) throws(JSONError) {
        cursor.skipBlanks()
        let start = cursor.position
        let traits = try cursor.skipString()
        frame.traits.formUnion(traits)
        self.append(.string, range: start..<cursor.position, traits: traits)
        cursor.skipBlanks()
        try cursor.skip(ASCII.colon)
    }

    @inline(__always)
    private mutating func close(_ frame: inout Frame, end: Int) {
        if let node = frame.node {
            self.nodes[node].close(end: end, next: self.nodes.count, count: frame.count, traits: frame.traits)
        }
        guard var outer = self.enclosing.popLast() else { return }
        outer.traits.formUnion(frame.traits)
        frame = outer
    }

    /// Gives a value or key a node if it is not too deep, and returns the index of that node.
    @inline(__always)
    @discardableResult
    private mutating func append(_ kind: JSONKind, range: Range<Int>, traits: JSONTraits) -> Int? {
        guard self.enclosing.count <= self.indexingDepth else { return nil }
        let index = self.nodes.count
        self.nodes.append(.scalar(kind, range: range, traits: traits, index: index))
        return index
    }
}
