extension JSONValue {
    /// How many members or elements it has, equal keys counted each time; 0 for a scalar.
    ///
    /// This is known for every value, also at the indexing depth.
    package var count: Int { Int(self.node.count) }

    /// The members of an object in the order of the text, equal keys included; none for another kind.
    ///
    /// - Important: An object at the document's indexing depth has no members here either.
    package var members: JSONMembers {
        JSONMembers(storage: self.storage, indices: self.contents(of: .object))
    }

    /// The elements of an array; none for another kind.
    ///
    /// - Important: An array at the document's indexing depth has no elements here either.
    package var elements: JSONElements {
        JSONElements(storage: self.storage, indices: self.contents(of: .array))
    }

    /// The last of the members with this key, or `nil` if there is none; see `members`.
    ///
    /// Keys are equal if their scalars are once escapes are resolved; they are not normalized.
    package subscript(key: String) -> JSONValue? {
        var key = key
        return key.withUTF8 { key in
            var last: Int?
            var indices = self.contents(of: .object)
            while let index = indices.first {
                if JSONValue(storage: self.storage, index: index).hasText(key) { last = index + 1 }
                indices = Int(self.storage.nodes[index + 1].next)..<indices.upperBound
            }
            return last.map { index in JSONValue(storage: self.storage, index: index) }
        }
    }

    /// Where the keys and values of an object are on the tape; nothing for another kind.
    var memberIndices: Range<Int> { self.contents(of: .object) }

    private func contents(of kind: JSONKind) -> Range<Int> {
        let node = self.node
        let first = self.index + 1
        return node.kind == kind ? first..<Int(node.next) : first..<first
    }
}
