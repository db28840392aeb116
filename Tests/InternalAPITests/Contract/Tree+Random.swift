extension Tree {
    private static let words = [
        "", "a", "node-1", "läuft", "你好", "🎉🎉", "e\u{301}", "\u{FFFF}", "quote\"back\\slash/", "line\nline\ttab\u{7}",
        "null", "5", "{}", "' OR 1=1 --", "$1", "%s", "\u{2028}", "\u{202E}x",
    ]
    private static let numbers = [
        "0", "-0", "1", "1.10", "-12.5e-3", "12345678901234567890123456789", "0.1234567890123456789012345678901",
        "1e400", "9007199254740993", "1E+2", "0.0",
    ]

    /// Any text that can be stored.
    static func randomText(_ random: inout SeededGenerator) -> Tree {
        if random.oneIn(60) {
            return .text(String(repeating: random.pick(Self.words), count: random.integer(0...3000)))
        }
        return .text(random.pick(Self.words))
    }

    /// A text that no PostgreSQL text can hold.
    static func unstorableText(_ random: inout SeededGenerator) -> Tree {
        .string([0x61] + [random.pick([0, 0xD800, 0xDFFF, 0xDBFF])] + [0x62])
    }

    /// Any value that can be stored.
    static func random(_ random: inout SeededGenerator, depth: Int = 3) -> Tree {
        switch random.integer(0...(depth > 0 ? 7 : 5)) {
        case 0: return .null
        case 1: return .bool(random.oneIn(2))
        case 2, 3: return .number(random.pick(Self.numbers))
        case 4, 5: return .randomText(&random)
        case 6:
            var elements: [Tree] = []
            for _ in 0..<random.integer(0...3) { elements.append(.random(&random, depth: depth - 1)) }
            return .array(elements)
        default: return .randomObject(&random, depth: depth - 1)
        }
    }

    /// Any object that can be stored; of equal keys the last wins.
    static func randomObject(_ random: inout SeededGenerator, depth: Int = 2) -> Tree {
        var members: [(key: String, value: Tree)] = []
        for _ in 0..<random.integer(0...3) {
            members.append((random.pick(Self.words), .random(&random, depth: depth)))
        }
        return .object(members)
    }

    /// An integer in one of the forms that callers send.
    static func integer(_ value: Int64, _ random: inout SeededGenerator) -> Tree {
        let magnitude = value.magnitude
        switch random.integer(0...9) {
        case 0: return .number("\(value).0")
        case 1: return .number("\(value).000")
        case 2 where magnitude < 1_000_000: return .number("\(value)e0")
        case 3 where value % 10 == 0 && magnitude < 1_000_000: return .number("\(value / 10)E+1")
        case 4: return .text("\(value)")
        case 5: return .text("  \(value) \t")
        case 6 where value >= 0: return .text("+\(value)")
        case 7 where value == 1 || value == 0: return .bool(value == 1)
        case 8 where value >= 0: return .text("00\(value)")
        default: return .integer(value)
        }
    }

    /// What is no integer; never null.
    static func noInteger(_ random: inout SeededGenerator) -> Tree {
        random.pick([
            .number("1.5"), .number("-0.000001"), .number("1e-1"), .number("9223372036854775808"),
            .number("-9223372036854775809"), .number("1e19"), .number("1e400"), .number("1e99999999999999999999"),
            .text("x"), .text(""), .text("  "), .text("1.5"), .text("five"), .text("0x10"), .text("1e2"),
            .text("9223372036854775808"), .text("٣"), .text("1 2"), .text("- 1"), .text("1_000"), .text("true"),
            .array([]), .array([.integer(1)]), .object([]), .object([("a", .integer(1))]),
        ])
    }
}
