/// What an object has for the keys of a ``JSONKeys``.
///
/// What is asked of a value here needs no view of it, which would be one more reference to count: without these, and with
/// all keys in one array, 100,000 envelopes of a dozen fields took 0.57 s of the processor to project instead of 0.75.
package struct JSONLookup: Sendable {
    static let absent = UInt32.max

    private let storage: JSONStorage
    /// Where the object is on the tape.
    private let index: Int
    /// Where the value for each key is on the tape.
    private let indices: [UInt32]

    init(in object: JSONValue, indices: [UInt32]) {
        self.storage = object.storage
        self.index = object.index
        self.indices = indices
    }

    /// The object.
    package var object: JSONValue { JSONValue(storage: self.storage, index: self.index) }

    /// The value for the key at a place, or `nil` where the object has none.
    package subscript(place: Int) -> JSONValue? {
        let index = self.indices[place]
        return index == Self.absent ? nil : JSONValue(storage: self.storage, index: Int(index))
    }

    /// Whether the object has a value for the key at a place that is not null.
    package func has(_ place: Int) -> Bool {
        self.node(place).map { $0.kind != .null } ?? false
    }

    /// The kind of the value for the key at a place, or `nil` where the object has none.
    package func kind(_ place: Int) -> JSONKind? {
        self.node(place)?.kind
    }

    /// What was met in the value for the key at a place; nothing where the object has none.
    package func traits(_ place: Int) -> JSONTraits {
        self.node(place)?.traits ?? []
    }

    /// Lends the text of the value for the key at a place as it came.
    ///
    /// - Returns: Whether the object has one.
    @discardableResult
    package func withBytes(_ place: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) -> Bool {
        guard let node = self.node(place) else { return false }
        self.storage.bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[node.range])) }
        return true
    }

    /// Lends the text that the string for the key at a place stands for.
    ///
    /// - Returns: Whether the object has one, and it is a string.
    @discardableResult
    package func withUTF8(_ place: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) -> Bool {
        guard let node = self.node(place), node.kind == .string else { return false }
        guard !node.traits.contains(.escapes) else { return self[place]?.withUTF8(body) != nil }
        self.storage.bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[node.textRange])) }
        return true
    }

    @inline(__always)
    private func node(_ place: Int) -> JSONNode? {
        let index = self.indices[place]
        return index == Self.absent ? nil : self.storage.nodes[Int(index)]
    }
}
