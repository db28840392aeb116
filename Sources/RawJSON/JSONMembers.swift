/// The members of an object, in the order of the text.
package struct JSONMembers: Sequence, Sendable {
    let storage: JSONStorage
    /// Where the keys and values are on the tape.
    let indices: Range<Int>

    /// Returns an iterator over the members.
    package func makeIterator() -> Iterator {
        Iterator(storage: self.storage, indices: self.indices)
    }

    /// Goes from one member to the next.
    package struct Iterator: IteratorProtocol {
        let storage: JSONStorage
        var indices: Range<Int>

        /// Returns the next member; its key is a value of the kind string.
        package mutating func next() -> (key: JSONValue, value: JSONValue)? {
            guard let index = self.indices.first else { return nil }
            self.indices = Int(self.storage.nodes[index + 1].next)..<self.indices.upperBound
            return (JSONValue(storage: self.storage, index: index), JSONValue(storage: self.storage, index: index + 1))
        }
    }
}
