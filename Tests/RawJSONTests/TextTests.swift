import RawJSON
import Testing

struct TextTests {
    @Test(arguments: [
        (#"\""#, "\""), (#"\\"#, "\\"), (#"\/"#, "/"), (#"\b"#, "\u{8}"), (#"\f"#, "\u{C}"), (#"\n"#, "\n"),
        (#"\r"#, "\r"), (#"\t"#, "\t"), (#"\u0041"#, "A"), (#"\u00e9"#, "é"), (#"\u00E9"#, "é"), (#"\u20ac"#, "€"),
        (#"\uFFFF"#, "\u{FFFF}"), (#"\uD7FF"#, "\u{D7FF}"), (#"\uE000"#, "\u{E000}"), (#"\ud83d\ude00"#, "😀"),
        (#"\uD800\uDC00"#, "\u{10000}"), (#"\uDBFF\uDFFF"#, "\u{10FFFF}"), (#"\\u0041"#, #"\u0041"#),
        (#"\\\""#, #"\""#), (#"\u005cn"#, #"\n"#), (#"\u0022"#, "\""), (#"\u007f"#, "\u{7F}"),
    ])
    func `an escape is decoded`(escape: String, text: String) throws {
        #expect(try parse("\"\(escape)\"").string == text)
        #expect(try parse("\"12345678\(escape)é\(escape)\(escape)z\"").string == "12345678\(text)é\(text)\(text)z")
        #expect(try parse("{\"\(escape)\": 1}")[text]?.rawText == "1")
    }

    @Test(arguments: [
        (#"\ud800"#, "\u{FFFD}"), (#"\udc00"#, "\u{FFFD}"), (#"\udbff"#, "\u{FFFD}"), (#"\udfff"#, "\u{FFFD}"),
        (#"\ud83dx\ude00"#, "\u{FFFD}x\u{FFFD}"), (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"),
        (#"\ude00\ud83d"#, "\u{FFFD}\u{FFFD}"), (#"\ud83d\u0041"#, "\u{FFFD}A"), (#"\ud83d\n"#, "\u{FFFD}\n"),
        (#"\ud83d\\ude00"#, #"\#u{FFFD}\ude00"#), (#"\ud83d\ude00\ude00"#, "😀\u{FFFD}"),
    ])
    func `a surrogate without its partner is flagged and replaced`(escape: String, text: String) throws {
        let value = try parse("\"\(escape)\"")
        #expect(value.traits.contains(.unpairedSurrogate))
        #expect(!value.traits.contains(.nul))
        #expect(value.string == text)
    }

    @Test
    func `a pair of surrogates is not flagged`() throws {
        #expect(try !parse(#"["\ud83d\ude00", "\uD7FF\uE000"]"#).traits.contains(.unpairedSurrogate))
    }

    @Test
    func `U+0000 is flagged and decoded`() throws {
        let value = try parse(#""a\u0000b""#)
        #expect(value.traits.contains(.nul))
        #expect(!value.traits.contains(.unpairedSurrogate))
        #expect(value.string == "a\u{0}b")
        #expect(try !parse(#"["\\u0000", "\u0001", 0]"#).traits.contains(.nul))
    }

    @Test(arguments: 0...3)
    func `flags cover keys and nested values at any indexing depth`(depth: Int) throws {
        let text = #"{"a": [[{"\u0000": 1}]], "b": [[["\udead"]]], "c": [["\u0001"]], "\ud800": 0}"#
        let root = try parse(text, indexingDepth: depth)
        #expect(root.traits.contains(.nul))
        #expect(root.traits.contains(.unpairedSurrogate))
        guard depth > 0 else { return }
        let a = try #require(root["a"])
        #expect(a.traits.contains(.nul) && !a.traits.contains(.unpairedSurrogate))
        let b = try #require(root["b"])
        #expect(!b.traits.contains(.nul) && b.traits.contains(.unpairedSurrogate))
        let c = try #require(root["c"])
        #expect(!c.traits.contains(.nul) && !c.traits.contains(.unpairedSurrogate))
        #expect(root.members.map { $0.key.traits.contains(.unpairedSurrogate) } == [false, false, false, true])
        #expect(root.members.map { $0.value.traits.contains(.unpairedSurrogate) } == [false, true, false, false])
    }

    @Test
    func `text without escapes is lent from the document itself`() throws {
        let document = try JSONDocument(parsing: Array(#"["plain text, é"]"#.utf8), indexingDepth: 1)
        let value = try #require(document.root.elements.first { _ in true })
        let inDocument = document.bytes.withUnsafeBufferPointer { bytes in bytes.baseAddress.map { $0 + 2 } }
        #expect(value.withUTF8 { text in text.baseAddress } == inDocument)
    }

    @Test
    func `text is appended behind what is there`() throws {
        let root = try parse(#"["plain", "t\u00efme\n", 5, null, ""]"#)
        var text = Array(">".utf8)
        for element in root.elements { element.appendUTF8(to: &text) }
        #expect(String(decoding: text, as: UTF8.self) == ">plaintïme\n")
    }

    @Test(arguments: ["1", "true", "null", "[\"a\"]", "{\"a\":\"a\"}"])
    func `what is not a string has no text`(text: String) throws {
        let value = try parse(text)
        #expect(value.string == nil)
        #expect(value.withUTF8 { _ in true } == nil)
        #expect(!value.hasText(""))
        #expect(!value.hasText(text))
    }

    @Test
    func `every scalar survives being escaped`() throws {
        for value in UInt32(0)...0x10FFFF where value < 0x800 || value % 17 == 0 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let units = Character(scalar).utf16
                .map { unit in
                    let digits = String(unit, radix: 16)
                    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            #expect(try parse("\"\(units.joined())\"").string?.unicodeScalars.elementsEqual([scalar]) == true)
        }
    }
}
