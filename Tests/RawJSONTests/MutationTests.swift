import Foundation
import RawJSON
import Testing

struct MutationTests {
    private static let texts = [
        #"{"event_id": 318476251829473281, "type": "done", "meta": {"a": [1, 2.5e3, -0]}, "error": null, "ok": true}"#,
        #"[[], {}, [[]], {"a": {}}, "", "\"\\\/\b\f\n\r\t", "\u00e9\ud83d\ude00", false, 0.125, -1E-5]"#,
        "[\"é€😀\", {\"ключ\": \"значение\"}, \"\u{10FFFF}\u{7F}\u{2028}\"]",
        "\u{FEFF} \t\r\n{\"a\" : [ 1 , 2 ] , \"b\" : \"12345678901234567890\" } \n",
        #""a single string of some length with \n an escape""#, "-12.5e-3", "true", "null",
    ]

    private static let textInsertions = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "/", "0", "1", "-", "+", ".", "e", "E5", "t", "true", "false", "null",
        " ", "\n", "\t", "\u{B}", "\u{1}", "\u{7F}", "\\u", "\\u0041", "\\u00e9", "\\ud83d\\ude00", "\\n", "\\x", "a",
        "é", "€", "😀", "\u{FEFF}", "[1]", "{\"k\":0}", "\"\"",
    ]

    private static let byteInsertions: [[UInt8]] = [
        [0x80], [0xC0, 0x80], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF0, 0x9F], [0xF4, 0x90, 0x80, 0x80], [0xFF],
    ]

    private static let insertions = Self.textInsertions.map { text in Array(text.utf8) } + Self.byteInsertions

    @Test(.timeLimit(.minutes(10)))
    func `damaged texts are judged as Foundation judges them`() throws {
        let chosen = ProcessInfo.processInfo.environment["RAWJSON_TEST_SEED"]
        let seed = chosen.flatMap(UInt64.init) ?? .random(in: 0...UInt64.max)
        print("MutationTests seed: \(seed)")
        var generator = SeededGenerator(seed: seed)
        var accepted = 0
        var compared = 0
        for _ in 0..<20_000 {
            let bytes = Self.damage(Self.texts.randomElement(using: &generator) ?? "", using: &generator)
            let document = try? JSONDocument(parsing: bytes, indexingDepth: Int.random(in: 0...3, using: &generator))
            if let document { Self.checkTape(of: document.root, seed: seed) }
            guard Self.isComparable(bytes) else { continue }
            let value = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            compared += 1
            accepted += value == nil ? 0 : 1
            #expect((document == nil) == (value == nil), "seed \(seed): \(bytes)")
        }
        #expect(compared > 15_000)
        #expect(accepted > 1000)
    }

    /// Whether both go by the same rules for this text.
    ///
    /// Foundation refuses numbers that overflow a `Double` and surrogates without a partner, allows a comma in front of
    /// a closing bracket or brace, and takes a byte 0 near the start as a sign of UTF-16 or UTF-32.
    private static func isComparable(_ bytes: [UInt8]) -> Bool {
        guard !bytes.prefix(4).contains(0) else { return false }
        do throws(JSONError) {
            let root = try JSONDocument(parsing: bytes, indexingDepth: 1000).root
            return !root.traits.contains(.unpairedSurrogate) && !self.overflows(root)
        } catch {
            let blanks = " \t\r\n".utf8
            let atFault = bytes.dropFirst(error.offset).first
            let before = bytes.prefix(error.offset).last { byte in !blanks.contains(byte) }
            return !(before == UInt8(ascii: ",") && (atFault == UInt8(ascii: "]") || atFault == UInt8(ascii: "}")))
        }
    }

    private static func overflows(_ value: JSONValue) -> Bool {
        switch value.kind {
        case .number: Double(value.rawText)?.isFinite != true
        case .array: value.elements.contains(where: self.overflows)
        case .object: value.members.contains { member in self.overflows(member.value) }
        default: false
        }
    }

    /// Checks that spans nest, come in order, and are JSON on their own.
    private static func checkTape(of value: JSONValue, seed: UInt64) {
        var position = value.range.lowerBound
        var children: [JSONValue] = Array(value.elements)
        for member in value.members { children += [member.key, member.value] }
        for child in children {
            #expect(child.range.lowerBound > position, "seed \(seed)")
            #expect(child.range.upperBound < value.range.upperBound, "seed \(seed)")
            position = child.range.upperBound - 1
            checkTape(of: child, seed: seed)
        }
        #expect(fault(of: value.bytes) == nil, "seed \(seed)")
    }

    private static func damage(_ text: String, using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let start = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, start + Int.random(in: 0...4, using: &generator))
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.insert(contentsOf: self.insertions.randomElement(using: &generator) ?? [], at: start)
            case 1: bytes.removeSubrange(start..<end)
            case 2: bytes.insert(contentsOf: bytes[start..<end], at: start)
            case 3 where start < bytes.count: bytes[start] = UInt8.random(in: 0...UInt8.max, using: &generator)
            case 4 where start < bytes.count: bytes.swapAt(start, Int.random(in: 0..<bytes.count, using: &generator))
            default: bytes.removeLast(min(bytes.count, end - start))
            }
        }
        return bytes
    }
}
