import RawJSON
import Testing

struct KeysTests {
    private static let keys = JSONKeys(["a", "bb", "cc", "", "longer than any other"])

    @Test
    func `every key has the value of the last member with it`() throws {
        let document = try JSONDocument(
            parsing: Array(#"{"bb": 1, "x": 2, "a": {"bb": 3}, "bb": 4, "": null, "cc ": 5}"#.utf8),
            indexingDepth: 2
        )
        let values = document.root[Self.keys]
        #expect((0..<5).map { values[$0]?.rawText } == [#"{"bb": 3}"#, "4", nil, "null", nil])
    }

    @Test
    func `keys are the same with escapes and without`() throws {
        let document = try JSONDocument(
            parsing: Array(#"{"\u0061": 1, "b\u0062": 2, "longer than any\u0020other": 3, "c\u0062": 4}"#.utf8),
            indexingDepth: 1
        )
        let values = document.root[Self.keys]
        #expect((0..<5).map { values[$0]?.rawText } == ["1", "2", nil, nil, "3"])
    }

    @Test(arguments: ["{}", "[1]", "1", #""a""#])
    func `what has no members has no values`(text: String) throws {
        let values = try JSONDocument(parsing: Array(text.utf8), indexingDepth: 1).root[Self.keys]
        #expect((0..<5).allSatisfy { values[$0] == nil })
    }

    @Test
    func `a value is asked about without a view of it`() throws {
        let text = #"{"a": "\u00fc", "bb": "plain", "cc": null, "": {"x": "\u0000"}}"#
        let values = try JSONDocument(parsing: Array(text.utf8), indexingDepth: 1).root[Self.keys]
        #expect((0..<5).map(values.has) == [true, true, false, true, false])
        #expect((0..<5).map(values.kind) == [.string, .string, .null, .object, nil])
        #expect(values.traits(0) == .escapes)
        #expect(values.traits(1) == [])
        #expect(values.traits(3).contains(.nul))
        #expect(values.traits(4) == [])
        #expect((0..<5).map { place in values.lent(values.withUTF8, place) } == ["ü", "plain", nil, nil, nil])
        #expect(
            (0..<5).map { place in values.lent(values.withBytes, place) }
                == [#""\u00fc""#, #""plain""#, "null", #"{"x": "\u0000"}"#, nil]
        )
    }

    @Test
    func `a place has its key`() {
        #expect((0..<5).map { Self.keys[$0] } == ["a", "bb", "cc", "", "longer than any other"])
        #expect(JSONKeys([]).count == 0)
    }
}

extension JSONLookup {
    /// What a function lends for a place.
    fileprivate func lent(
        _ lend: (Int, (UnsafeBufferPointer<UInt8>) -> Void) -> Bool,
        _ place: Int
    ) -> String? {
        var text: String?
        return lend(place) { text = String(decoding: $0, as: UTF8.self) } ? text : nil
    }
}
