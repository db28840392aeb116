import Foundation
import RawJSON
import Testing

struct WriterTests {
    @Test
    func `an answer is written with its commas`() throws {
        let payload = "{\"n\": 1e400, \"s\": \"\\u00e9\"}"
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("rows")
            writer.array { writer in
                for id in [Int64.max, Int64.min] {
                    writer.object { writer in
                        writer.key("outbox_id")
                        writer.integer(id)
                        writer.key("subject")
                        writer.string(nil)
                        writer.key("payload")
                        writer.raw(payload.utf8)
                    }
                }
                writer.null()
                writer.bool(true)
                writer.bool(false)
                writer.integer(nil as Int64?)
            }
            writer.key("empty")
            writer.array { _ in }
            writer.key("none")
            writer.object { _ in }
            writer.key("claimed")
            writer.integer(2)
        }
        let expected = """
            {"rows":[{"outbox_id":9223372036854775807,"subject":null,"payload":\(payload)},\
            {"outbox_id":-9223372036854775808,"subject":null,"payload":\(payload)},null,true,false,null],\
            "empty":[],"none":{},"claimed":2}
            """
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
        #expect(fault(of: writer.bytes) == nil)
    }

    @Test(arguments: [
        ("", #""""#), ("plain", #""plain""#), ("\"\\/", #""\"\\/""#), ("\u{8}\u{C}\n\r\t", #""\b\f\n\r\t""#),
        ("\u{0}\u{1}\u{B}\u{1F}", #""\u0000\u0001\u000b\u001f""#), ("\u{7F}é€😀\u{2028}", "\"\u{7F}é€😀\u{2028}\""),
        ("12345678\"12345678\n", #""12345678\"12345678\n""#),
    ])
    func `a string is escaped where JSON demands it`(text: String, expected: String) {
        var writer = JSONWriter()
        writer.string(text)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test
    func `bytes that are not UTF-8 are replaced`() throws {
        var writer = JSONWriter()
        let text: [UInt8] = [0x61, 0xFF, 0xC3, 0xA9, 0xE2, 0x82, 0x62, 0xC3]
        text.withUnsafeBufferPointer { text in writer.string(utf8: text) }
        let value = try JSONDocument(parsing: writer.bytes, indexingDepth: 0).root
        #expect(value.string == "a\u{FFFD}é\u{FFFD}\u{FFFD}b\u{FFFD}")
    }

    @Test
    func `a value is written as it came`() throws {
        let root = try parse("{\"a\": [1.0, \"\\u0041\" ], \"b\": -0}")
        var writer = JSONWriter()
        writer.array { writer in
            for member in root.members {
                writer.value(member.key)
                writer.value(member.value)
            }
        }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "[\"a\",[1.0, \"\\u0041\" ],\"b\",-0]")
    }

    @Test
    func `random strings come back from both readers`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("WriterTests seed: \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let text = Self.randomText(using: &generator)
            var writer = JSONWriter()
            writer.object { writer in
                writer.key(text)
                writer.string(text)
            }
            let root = try JSONDocument(parsing: writer.bytes, indexingDepth: 1).root
            #expect(root[text]?.string?.utf8.elementsEqual(text.utf8) == true, "seed \(seed)")
            let object = try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: String]
            // Foundation takes a U+FEFF at a string's start for a byte order mark, and drops it.
            let foundations = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
            #expect(object == [foundations: foundations], "seed \(seed)")
        }
    }

    @Test
    func `an error passes through an object`() {
        struct Stop: Error {}
        var writer = JSONWriter(reservingCapacity: 100)
        #expect(throws: Stop.self) {
            try writer.object { _ in throw Stop() }
        }
    }

    private static func randomText(using generator: inout SeededGenerator) -> String {
        let limits: [UInt32] = [0x20, 0x80, 0x80, 0x80, 0x800, 0x1_0000, 0x11_0000]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...30, using: &generator) {
            let limit = limits.randomElement(using: &generator) ?? 0x80
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator)) { text.append(scalar) }
        }
        return String(text)
    }
}
