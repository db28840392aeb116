/// The elements of an array, in the order of the text.
package struct JSONElements: Sequence, Sendable {
    let storage: JSONStorage
    /// Where the elements are on the tape.
    let indices: Range<Int>

    /// Returns an iterator over the elements.
    package func makeIterator() -> Iterator {
        Iterator(storage: self.storage, indices: self.indices)
    }

    /// Goes from one element to the next.
    package struct Iterator: IteratorProtocol {
        let storage: JSONStorage
        var indices: Range<Int>

        /// Returns the next element.
        package mutating func next() -> JSONValue? {
            guard let index = self.indices.first else { return nil }
            self.indices = Int(self.storage.nodes[index].next)..<self.indices.upperBound
            return JSONValue(storage: self.storage, index: index)
        }
    }
}
