import RawJSON
import Testing

struct IntegerTests {
    private static let numbers: [(String, Int64)] = [
        ("0", 0), ("-0", 0), ("5", 5), ("-5", -5), ("5.0", 5), ("5.000", 5), ("5e0", 5), ("5E+0", 5), ("5e-0", 5),
        ("50e-1", 5), ("500e-2", 5), ("0.5e1", 5), ("0.05E2", 5), ("1.5e1", 15), ("-1.5e1", -15), ("10", 10),
        ("100", 100), ("1.20e1", 12), ("1200e-2", 12), ("10203040", 10_203_040), ("1020.3040e4", 10_203_040),
        ("0e999999999", 0), ("-0e-999999999", 0), ("0.000e99999999999999999999", 0), ("0.0", 0), ("-0.0", 0),
        ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775807.0", .max),
        ("9223372036854775.807e3", .max), ("-922337203685477580800e-2", .min),
        ("0.0009223372036854775807e22", .max), ("9007199254740993", 9_007_199_254_740_993),
        ("9007199254740993.0", 9_007_199_254_740_993), ("1e18", 1_000_000_000_000_000_000),
        ("1000000000000000000", 1_000_000_000_000_000_000),
        ("1000000000000000000000e-3", 1_000_000_000_000_000_000), ("true", 1), ("false", 0),
    ]

    private static let strings: [(String, Int64)] = [
        ("5", 5), (" 5 ", 5), ("+5", 5), ("-5", -5), ("5.0", 5), ("+5.000", 5), ("-0", 0), ("+0", 0), ("-0.0", 0),
        ("0005", 5), (" \\t\\n\\r-5\\f ", -5), ("\\u00a0\\u20035\\u3000\\u0085", 5), ("\u{A0}5\u{2028}", 5),
        ("\\u0035", 5), ("9223372036854775807", .max), ("-9223372036854775808", .min),
        ("-9223372036854775808.0", .min), ("00000000000000000000000000000000000001", 1),
        ("1000000000000000000", 1_000_000_000_000_000_000),
    ]

    @Test(arguments: Self.numbers)
    func `a whole number is read exactly`(text: String, value: Int64) throws {
        #expect(try parse(text).lenientInteger() == value)
    }

    @Test(arguments: Self.strings)
    func `a decimal string is read exactly`(text: String, value: Int64) throws {
        #expect(try parse("\"\(text)\"").lenientInteger() == value)
    }

    @Test(arguments: [
        "0.5", "-0.5", "5.5", "1.5e0", "5e-1", "1e-999999999", "1e-99999999999999999999", "15e-1", "1.05e1",
        "123456789012345678901234567890.5", "9223372036854775807.5", "100.001",
    ])
    func `a number with a fraction is refused`(text: String) throws {
        #expect(throws: JSONIntegerError.fractional) { try parse(text).lenientInteger() }
    }

    @Test(arguments: [
        "9223372036854775808", "-9223372036854775809", "9223372036854775808.0", "18446744073709551615",
        "18446744073709551616", "18446744073709551621", "99999999999999999999", "1e19", "1e20", "-1e19", "1e400",
        "1e999999999", "1e99999999999999999999", "-1e99999999999999999999", "123456789012345678901234567890",
        "9.223372036854775808e18",
        "\"9223372036854775808\"", "\"-9223372036854775809\"", "\"9223372036854775808.0\"",
        "\" 99999999999999999999 \"",
    ])
    func `a number beyond 64 bits is refused`(text: String) throws {
        #expect(throws: JSONIntegerError.outOfRange) { try parse(text).lenientInteger() }
    }

    @Test(arguments: [
        "", " ", "five", "5 5", "+ 5", "--5", "+-5", "-", "+", ".", "5.", ".0", ".5", "5.5", "5.05", "5.0.0", "5 .0",
        "5_000", "5e0", "0x5", "1,000", "NaN", "inf", "true", "null", "\u{FF15}", "\u{665}", "\u{2212}5", "5\\u0000",
        "\\u001c5",
        "\u{200B}5", "\u{FEFF}5", "5\\ud800", "\\\"5\\\"",
    ])
    func `a string that is no whole number is refused`(text: String) throws {
        #expect(throws: JSONIntegerError.unparsableString) { try parse("\"\(text)\"").lenientInteger() }
    }

    @Test(arguments: ["null", "{}", "[]", "[5]", "{\"a\":5}"])
    func `a value of another kind is refused`(text: String) throws {
        #expect(throws: JSONIntegerError.notAnInteger) { try parse(text).lenientInteger() }
    }

    @Test
    func `the size of a number costs no more than its text`() throws {
        let zeros = String(repeating: "0", count: 1_000_000)
        #expect(try parse("5\(zeros)e-1000000").lenientInteger() == 5)
        #expect(try parse("0.\(zeros)5e1000001").lenientInteger() == 5)
        #expect(try parse("\"\(zeros)5.\(zeros)\"").lenientInteger() == 5)
        #expect(throws: JSONIntegerError.outOfRange) { try parse("5\(zeros)").lenientInteger() }
        #expect(throws: JSONIntegerError.fractional) { try parse("5\(zeros)e-1000001").lenientInteger() }
    }

    @Test
    func `every way to write a random integer gives that integer`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("IntegerTests seed: \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let value = Int64(truncatingIfNeeded: generator.next()) >> Int64.random(in: 0..<64, using: &generator)
            let digits = String(value.magnitude)
            let sign = value < 0 ? "-" : ""
            let shift = Int.random(in: 0...30, using: &generator)
            let cut = digits.index(digits.startIndex, offsetBy: Int.random(in: 1...digits.count, using: &generator))
            let fraction = digits[cut...]
            for text in [
                "\(value)",
                "\"\(value)\"",
                "\(value).\(String(repeating: "0", count: shift + 1))",
                value == 0 ? "0" : "\(value)\(String(repeating: "0", count: shift))e-\(shift)",
                "\(sign)0.\(String(repeating: "0", count: shift))\(digits)e\(shift + digits.count)",
                fraction.isEmpty ? "\(value)" : "\(sign)\(digits[..<cut]).\(fraction)E+\(fraction.count)",
            ] {
                #expect(try parse(text).lenientInteger() == value, "seed \(seed): \(text)")
            }
        }
    }
}
