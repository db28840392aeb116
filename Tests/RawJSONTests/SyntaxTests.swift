import RawJSON
import Testing

struct SyntaxTests {
    @Test(arguments: [
        "{}", "[]", "null", "true", "false", "0", "-0", "7", "\"\"", "\"a\"",
        " \t\r\n1 \t\r\n", "[ ]", "{ }", " [ 1 , 2 ] ", "{ \"a\" : 1 , \"b\" : 2 }",
        "[[[]],{},[{}]]", "{\"a\":{\"b\":[{\"c\":null}]}}", "{\"\":0}", "{\"a\":1,\"a\":2}",
        "0.0", "-0.0", "1.25", "1e5", "1E5", "1e+5", "1e-05", "0e0", "0E+00", "-1.5e-1000000000000",
        "123456789012345678901234567890.123456789012345678901234567890",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"", "\"\u{7F}\u{2028}\u{FFFF}\"", "\"/\"",
        "[1,\"2\",true,false,null,{},[]]", "[null]", "[\"true\"]", "[-1]", "\"exactly8\"", "\"seven77\"",
    ])
    func `a valid text is accepted`(text: String) {
        #expect(fault(of: text.utf8) == nil)
    }

    @Test(arguments: [
        "[", "{", "[1", "[1,", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "[[]", "[{}", "\"", "\"a", "\"\\", "\"\\u",
        "\"\\u00", "\"\\u00e", "\"exactly8", "-", "1.", "1e", "1e+", "-1.", "t", "tru", "fals", "nul", "[tru",
        "\"\\ud83d\\", "\"\\ud83d\\u", "\"\\ud83d\\ude0",
    ])
    func `a text that stops early ends unexpectedly`(text: String) {
        #expect(fault(of: text.utf8) == JSONError(.unexpectedEnd, at: text.utf8.count))
    }

    @Test(arguments: [
        ("]", 0), ("}", 0), (",", 0), (":", 0), ("+1", 0), (".5", 0), ("NaN", 0), ("Infinity", 0), ("-Infinity", 1),
        ("nan", 1), ("True", 0), ("nULL", 1), ("truE", 3), ("'a'", 0), ("a", 0), ("-a", 1), ("--1", 1), ("1.e5", 2),
        ("1ee", 2), ("1e.5", 2), ("-.5", 1), ("// no", 0), ("/* no */1", 0), ("[01]", 2), ("[-01]", 3), ("[1.2.3]", 4),
        ("[0x1]", 2), ("[1_000]", 2), ("[1,]", 3), ("[,1]", 1), ("[,]", 1), ("[1,,2]", 3), ("[1 2]", 3),
        ("[1}", 2), ("{]", 1), ("{1:1}", 1), ("{a:1}", 1), ("{'a':1}", 1), ("{\"a\" 1}", 5), ("{\"a\",1}", 4),
        ("{\"a\":}", 5), ("{\"a\":1]", 6), ("{\"a\":1,}", 7), ("{,}", 1), ("{\"a\":1,,\"b\":2}", 7),
        ("{\"a\":1 \"b\":2}", 7), ("{\"a\":1:2}", 6), ("{null:1}", 1), ("{[]:1}", 1), ("[\"a\":1]", 4), ("[1:2]", 2),
        ("\"\\a\"", 2), ("\"\\'\"", 2), ("\"\\0\"", 2), ("\"\\x41\"", 2), ("\"\\U0041\"", 2), ("\"\\u004\"", 6),
        ("\"\\u00g0\"", 5), ("\"\\u-041\"", 3), ("\"\\u 041\"", 3), ("\"\\ud83d\\u12g4\"", 11), ("\"\\é\"", 2),
        ("\"a\nb\"", 2), ("\"\t\"", 1), ("\"\u{0}\"", 1), ("\"\u{1F}\"", 1), ("\"12345678\u{1}\"", 9),
        ("[\u{B}1]", 1), ("[\u{C}1]", 1), ("[\u{A0}1]", 1), ("[\u{0}]", 1), ("\u{0}", 0), ("[é]", 1),
        ("[\u{2028}1]", 1), ("[\u{FEFF}1]", 1), ("\u{FEFF}\u{FEFF}1", 3), ("[1\u{0}]", 2),
    ])
    func `a byte the grammar does not allow is refused where it stands`(text: String, offset: Int) throws {
        let error = try #require(fault(of: text.utf8))
        #expect(error.offset == offset)
        #expect(error.code == .invalidSyntax)
    }

    @Test(arguments: [
        ("1 2", 2), ("{}{}", 2), ("[]]", 2), ("{}}", 2), ("01", 1), ("1a", 1), ("truefalse", 4), ("nulll", 4),
        ("\"a\"\"b\"", 3), ("1,", 1), ("{} // no", 3), ("1\u{0}", 1), ("1\u{FEFF}", 1), ("0x1", 1), ("1 é", 2),
    ])
    func `something behind the value is refused`(text: String, offset: Int) {
        #expect(fault(of: text.utf8) == JSONError(.trailingBytes, at: offset))
    }

    @Test(arguments: ["", " ", "\r\n\t ", "\u{FEFF}", "\u{FEFF} "])
    func `a text without a value is empty`(text: String) {
        #expect(fault(of: text.utf8) == JSONError(.empty, at: text.utf8.count))
    }

    @Test
    func `every single byte is judged`() {
        let valid = Set(UInt8(ascii: "0")...UInt8(ascii: "9"))
        for byte in UInt8.min...UInt8.max {
            #expect((fault(of: [byte]) == nil) == valid.contains(byte), "byte \(byte)")
        }
    }

    @Test
    func `a fault is described without the content`() throws {
        let error = try #require(fault(of: "{\"secret\": sauce}".utf8))
        #expect(error.description == "The text is not valid JSON. (byte 11)")
        #expect("\(error)" == error.description)
    }
}
