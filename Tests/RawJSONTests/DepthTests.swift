import RawJSON
import Testing

struct DepthTests {
    @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
    func `nesting without end is refused at the limit`(opening: String) throws {
        let bytes = String(repeating: opening, count: 100_000).utf8
        let error = try #require(fault(of: bytes))
        #expect(error.code == .depthExceeded)
        #expect(error.offset <= 1000 * opening.utf8.count)
    }

    @Test
    func `the limit counts containers within one another`() {
        #expect(fault(of: "1".utf8, maximumDepth: 0) == nil)
        #expect(fault(of: "[]".utf8, maximumDepth: 0) == JSONError(.depthExceeded, at: 0))
        #expect(fault(of: "[[],{},[]]".utf8, maximumDepth: 2) == nil)
        #expect(fault(of: "[[],{\"a\":[]}]".utf8, maximumDepth: 2) == JSONError(.depthExceeded, at: 9))
    }

    @Test
    func `a million levels need no stack`() throws {
        let depth = 1_000_000
        let text = String(repeating: "[", count: depth) + "\"\\u0000\"" + String(repeating: "]", count: depth)
        let document = try JSONDocument(parsing: Array(text.utf8), indexingDepth: 3, maximumDepth: depth)
        #expect(document.root.traits.contains(.nul))
        #expect(document.root.count == 1)
    }

    @Test
    func `values below the indexing depth are covered by the one around them`() throws {
        let root = try parse("{\"a\": {\"b\": [1, 2]}, \"c\": [3, {\"d\": 4}, 5]}", indexingDepth: 1)
        let a = try #require(root["a"])
        #expect(a.rawText == "{\"b\": [1, 2]}")
        #expect(a.count == 1)
        #expect(a["b"] == nil)
        #expect(Array(a.members).isEmpty)
        let c = try #require(root["c"])
        #expect(c.rawText == "[3, {\"d\": 4}, 5]")
        #expect(c.count == 3)
        #expect(Array(c.elements).isEmpty)
    }

    @Test(arguments: 0...4)
    func `values down to the indexing depth can be reached`(depth: Int) throws {
        var value = try parse("[[[[0]]]]", indexingDepth: depth)
        for _ in 0..<depth {
            value = try #require(value.elements.first { _ in true })
        }
        #expect(value.range == depth..<(9 - depth))
        #expect(value.elements.first { _ in true } == nil)
    }

    @Test
    func `a negative indexing depth still gives the root`() throws {
        let root = try parse("[1, [2]]", indexingDepth: -1)
        #expect(root.count == 2)
        #expect(Array(root.elements).isEmpty)
    }
}
