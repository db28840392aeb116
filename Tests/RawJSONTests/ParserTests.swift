import RawJSON
import Testing

struct ParserTests {
    @Test
    func `texts follow one another in one parser`() throws {
        var parser = JSONParser(indexingDepth: 2)
        for text in ["{\"a\": [1, 2]}", "[]", "[{\"b\": 3}]", "7"] {
            #expect(try parser.parse(text).rawText == text)
        }
    }

    @Test
    func `a document outlives the next text`() throws {
        var parser = JSONParser(indexingDepth: 1)
        let first = try parser.parse("{\"a\": \"first\"}")
        let second = try parser.parse("[\"second\", 2, 3]")
        #expect(first["a"]?.string == "first")
        #expect(second.elements.map(\.rawText) == ["\"second\"", "2", "3"])
    }

    @Test
    func `a refused text leaves nothing behind`() throws {
        var parser = JSONParser(indexingDepth: 1, maximumDepth: 3)
        for text in ["[1, {\"a\": [", "[[[[", "[1", ""] {
            #expect(throws: JSONError.self) { try parser.parse(text) }
            let root = try parser.parse("[1, 2]")
            #expect(root.elements.map(\.rawText) == ["1", "2"])
            #expect(root.count == 2)
        }
    }

    @Test
    func `a document can be indexed deeper, and less deep, afterwards`() throws {
        var parser = JSONParser(indexingDepth: 1)
        let text = "{\"a\": [{\"b\": 1}, 2]}"
        let document = try Array(text.utf8).withUnsafeBytes { bytes in try parser.parse(copying: bytes) }
        #expect(document.root["a"]?.elements.map(\.rawText) == [])
        #expect(document.indexed(to: 3).root["a"]?.elements.map { $0["b"]?.rawText } == ["1", nil])
        #expect(document.indexed(to: 0).root["a"] == nil)
        #expect(document.indexed(to: 3).bytes == document.bytes)
    }

    @Test
    func `lent bytes are copied`() throws {
        var bytes = Array("[\"before\"]".utf8)
        let document = try bytes.withUnsafeBytes { bytes in try JSONDocument(copying: bytes, indexingDepth: 1) }
        bytes.withUnsafeMutableBytes { bytes in bytes[2] = UInt8(ascii: "x") }
        #expect(document.root.rawText == "[\"before\"]")
    }

    @Test
    func `no bytes at all are an empty text`() {
        var parser = JSONParser(indexingDepth: 0)
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        #expect(throws: JSONError(.empty, at: 0)) { try parser.parse(copying: nothing) }
        #expect(throws: JSONError(.empty, at: 0)) { try JSONDocument(copying: nothing, indexingDepth: 0) }
    }
}

extension JSONParser {
    fileprivate mutating func parse(_ text: String) throws -> JSONValue {
        try Array(text.utf8).withUnsafeBytes { bytes in try self.parse(copying: bytes) }.root
    }
}
