import RawJSON
import Testing

struct UTF8Tests {
    private static let invalid: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xC2, 0xC2], [0xDF, 0xC0],
        [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE1, 0x80], [0xE1, 0x80, 0x41], [0xE1, 0x41, 0x80],
        [0xEF, 0xBF, 0xC0],
        [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
        [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80], [0xF1, 0x80, 0x80, 0x41],
        [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
    ]

    /// The first and last scalars of each sequence length, and those beside the surrogates.
    @Test(arguments: [
        "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{FFF}", "\u{1000}", "\u{D7FF}", "\u{E000}", "\u{FFFD}", "\u{FFFF}",
        "\u{10000}", "\u{3FFFF}", "\u{40000}", "\u{FFFFF}", "\u{100000}", "\u{10FFFF}",
    ])
    func `every valid sequence is accepted and kept`(text: String) throws {
        #expect(try parse("\"\(text)\"").string == text)
        #expect(try parse("{\"\(text)\":\"1234567\(text)\"}")[text]?.string == "1234567\(text)")
    }

    @Test(arguments: Self.invalid)
    func `a sequence that is not UTF-8 is told apart`(sequence: [UInt8]) {
        for padding in 0...9 {
            let string = Array(repeating: UInt8(ascii: "a"), count: padding) + sequence
            let quoted = Array("[\"".utf8) + string + Array("\"]".utf8)
            #expect(fault(of: quoted) == JSONError(.invalidUTF8, at: 2 + padding))
            let key = Array("{\"".utf8) + string + Array("\":1}".utf8)
            #expect(fault(of: key) == JSONError(.invalidUTF8, at: 2 + padding))
            // Cut off inside the sequence, at the end of the text.
            #expect(fault(of: Array("\"".utf8) + string)?.code == .invalidUTF8)
        }
        #expect(fault(of: sequence)?.code == .invalidUTF8)
        #expect(fault(of: Array("1 ".utf8) + sequence) == JSONError(.invalidUTF8, at: 2))
    }

    @Test
    func `two bytes are accepted exactly when the standard library takes them for text`() {
        for first in UInt8(0x80)...UInt8.max {
            for second in UInt8(0x80)...UInt8.max {
                let isText = String(validating: [first, second], as: UTF8.self) != nil
                #expect((fault(of: [0x22, first, second, 0x22]) == nil) == isText, "bytes \(first), \(second)")
            }
        }
    }

    @Test(arguments: ["{]\"", "[1,\"", "nope \"", "1 1 \"", "\"\\x ", "[[[[\"", " \n é"])
    func `bytes that are not UTF-8 go before any other fault`(text: String) {
        let bytes = Array(text.utf8) + [0xFF]
        #expect(fault(of: bytes, maximumDepth: 2) == JSONError(.invalidUTF8, at: text.utf8.count))
    }

    @Test
    func `a byte order mark is passed over and counted`() throws {
        let root = try parse("\u{FEFF} {\"a\":1}")
        #expect(root.range == 4..<11)
        #expect(root["a"]?.rawText == "1")
        #expect(fault(of: [0xEF, 0xBB])?.code == .invalidUTF8)
        #expect(fault(of: [0xFF, 0xFE, 0x31, 0x00])?.code == .invalidUTF8)
        #expect(fault(of: [0x31, 0x00])?.code == .trailingBytes)
    }
}
