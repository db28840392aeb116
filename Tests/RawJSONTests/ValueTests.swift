import RawJSON
import Testing

struct ValueTests {
    @Test(arguments: [
        ("{\"a\":1}", JSONKind.object), ("[1]", .array), ("\"a\"", .string), ("-1e5", .number), ("true", .bool),
        ("false", .bool), ("null", .null),
    ])
    func `each kind is told`(text: String, kind: JSONKind) throws {
        let value = try parse(" \(text) ")
        #expect(value.kind == kind)
        #expect(value.range == 1..<(1 + text.utf8.count))
        #expect(value.rawText == text)
        #expect(Array(value.bytes) == Array(text.utf8))
        #expect(value.withBytes { bytes in Array(bytes) } == Array(text.utf8))
        #expect(value.isNull == (kind == .null))
    }

    @Test
    func `only true and false have a truth value`() throws {
        #expect(try parse("true").bool == true)
        #expect(try parse("false").bool == false)
        #expect(try parse("1").bool == nil)
        #expect(try parse("\"true\"").bool == nil)
        #expect(try parse("null").bool == nil)
    }

    @Test
    func `members come in the order of the text`() throws {
        let root = try parse("{\"b\": [1, [2]], \"a\": {\"x\": {}}, \"b\": null, \"\": 0}")
        let members = root.members.map { member in "\(member.key.rawText)=\(member.value.rawText)" }
        #expect(members == ["\"b\"=[1, [2]]", "\"a\"={\"x\": {}}", "\"b\"=null", "\"\"=0"])
        #expect(root.count == 4)
        #expect(Array(root.elements).isEmpty)
    }

    @Test
    func `elements come in the order of the text`() throws {
        let root = try parse("[0, [1, [2]], {\"a\": [3]}, \"4\", null]")
        #expect(root.elements.map(\.rawText) == ["0", "[1, [2]]", "{\"a\": [3]}", "\"4\"", "null"])
        #expect(root.elements.map(\.count) == [0, 2, 1, 0, 0])
        #expect(root.count == 5)
        #expect(Array(root.members).isEmpty)
    }

    @Test
    func `the last of equal keys wins however it is written`() throws {
        let root = try parse("{\"a\": 1, \"\\u0061\": 2, \"b\": 3, \"a\\u0062\": 4, \"ab\": 5, \"\\u0061b\": 6}")
        #expect(root["a"]?.rawText == "2")
        #expect(root["b"]?.rawText == "3")
        #expect(root["ab"]?.rawText == "6")
        #expect(root["c"] == nil)
        #expect(root[""] == nil)
    }

    @Test
    func `keys of nested objects do not count`() throws {
        let root = try parse("{\"x\": {\"a\": 1}, \"y\": [{\"a\": 2}]}")
        #expect(root["a"] == nil)
        #expect(root["x"]?["a"]?.rawText == "1")
        #expect(root["y"]?["a"] == nil)
    }

    @Test
    func `keys are not normalized`() throws {
        let root = try parse("{\"\u{E9}\": 1, \"e\u{301}\": 2}")
        #expect(root["\u{E9}"]?.rawText == "1")
        #expect(root["e\u{301}"]?.rawText == "2")
    }

    @Test
    func `a key is compared as a whole`() throws {
        let root = try parse("{\"event_id_\": 1, \"event_i\": 2, \"event_ie\": 3, \"event\\u005fid\": 4}")
        #expect(root["event_id"]?.rawText == "4")
        #expect(root.members.filter { member in member.key.hasText("event_i") }.map(\.value.rawText) == ["2"])
    }

    @Test
    func `numbers are kept as they were written`() throws {
        let numbers = ["1e400", "-0", "1.10", "0.1234567890123456789012345678901", "123456789012345678901234567890"]
        let root = try parse("[\(numbers.joined(separator: ", "))]")
        #expect(root.elements.map(\.rawText) == numbers)
    }
}
