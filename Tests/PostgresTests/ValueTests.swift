import Postgres
import TestSupport
import Testing

@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct ValueTests {
    @Test
    func `values of every type come back as they went`() async throws {
        let connection = try await ScratchDatabase.connect()
        let result = try await connection.query(
            "SELECT $1, $2, $3, $4, $5, $6",
            [
                .integer(.min), .double(-0.1), .boolean(true), .text("läßt \u{1F600} \"'\\\n"),
                .utf8(Array("ß".utf8)), .bytes([0, 1, 0xff]),
            ]
        )
        #expect(try result.integer(row: 0, column: 0) == .min)
        #expect(result.text(row: 0, column: 1) == "-0.1")
        #expect(result.boolean(row: 0, column: 2))
        #expect(result.text(row: 0, column: 3) == "läßt \u{1F600} \"'\\\n")
        #expect(result.text(row: 0, column: 4) == "ß")
        #expect(result.text(row: 0, column: 5) == "\\x0001ff")
        #expect(result.rowCount == 1)
    }

    @Test
    func `NULL of every type is NULL`() async throws {
        let connection = try await ScratchDatabase.connect()
        let result = try await connection.query(
            "SELECT $1, $2, $3, $4",
            [.integer(nil), .double(nil), .boolean(nil), .text(nil)]
        )
        for column in 0..<4 {
            #expect(result.isNull(row: 0, column: column))
            #expect(result.text(row: 0, column: column) == nil)
        }
        #expect(try result.integer(row: 0, column: 0) == nil)
        #expect(!result.boolean(row: 0, column: 2))
        #expect(throws: PostgresError.self) { try result.requiredInteger(row: 0, column: 0) }
    }

    @Test
    func `an empty text and empty bytes are not NULL`() async throws {
        let connection = try await ScratchDatabase.connect()
        let result = try await connection.query("SELECT $1, $2, $3", [.text(""), .bytes([]), .utf8([])])
        for column in 0..<3 { #expect(!result.isNull(row: 0, column: column)) }
        #expect(result.text(row: 0, column: 0) == "")
        #expect(result.text(row: 0, column: 1) == "\\x")
        #expect(result.withBytes(row: 0, column: 2) { $0.count } == 0)
    }

    @Test
    func `a text of a megabyte arrives whole, in both directions`() async throws {
        let connection = try await ScratchDatabase.connect()
        let text = String(repeating: "0123456789abcdeü", count: 1 << 16)
        let result = try await connection.query("SELECT $1, octet_length($1)", [.text(text)])
        #expect(result.text(row: 0, column: 0) == text)
        #expect(try result.requiredInteger(row: 0, column: 1) == Int64(text.utf8.count))
    }

    @Test
    func `arrays of every element type arrive, with NULLs in them`() async throws {
        let connection = try await ScratchDatabase.connect()
        var integers = PostgresArray([.min, 0, .max])
        integers.appendNull()
        var doubles = PostgresArray(of: .double)
        doubles.append(1.5 as Double)
        doubles.append(Double.infinity)
        doubles.appendNull()
        var texts = PostgresArray(of: .text)
        texts.append("")
        texts.append("NULL")
        texts.append("a,\"b\" ü")
        texts.appendNull()
        var timestamps = PostgresArray(of: .timestamp)
        timestamps.append(1 as Int64)
        timestamps.appendNull()
        let result = try await connection.query(
            "SELECT $1, $2, $3, $4",
            [.array(integers), .array(doubles), .array(texts), .array(timestamps)]
        )
        #expect(result.text(row: 0, column: 0) == "{-9223372036854775808,0,9223372036854775807,NULL}")
        #expect(result.text(row: 0, column: 1) == "{1.5,Infinity,NULL}")
        #expect(result.text(row: 0, column: 2) == #"{"","NULL","a,\"b\" ü",NULL}"#)
        #expect(result.text(row: 0, column: 3) == #"{"2000-01-01 00:00:00.000001",NULL}"#)
        #expect([integers.count, doubles.count, texts.count, timestamps.count] == [4, 3, 4, 2])
    }

    @Test(arguments: [PostgresArray.Element.integer, .double, .text, .timestamp])
    func `an empty array has no elements and is not NULL`(element: PostgresArray.Element) async throws {
        let connection = try await ScratchDatabase.connect()
        let result = try await connection.query(
            "SELECT $1 IS NULL, cardinality($1)",
            [.array(PostgresArray(of: element))]
        )
        #expect(!result.boolean(row: 0, column: 0))
        #expect(try result.requiredInteger(row: 0, column: 1) == 0)
    }

    @Test
    func `a long array arrives whole and in order`() async throws {
        let connection = try await ScratchDatabase.connect()
        let result = try await connection.query(
            "SELECT count(*), bool_and(value = place) FROM unnest($1) WITH ORDINALITY AS e (value, place)",
            [.array(PostgresArray((1...100_000).map { Int64($0) }))]
        )
        #expect(try result.requiredInteger(row: 0, column: 0) == 100_000)
        #expect(result.boolean(row: 0, column: 1))
    }

    @Test
    func `integers have all their 64 bits`() async throws {
        let connection = try await ScratchDatabase.connect()
        let result = try await connection.query("SELECT -9223372036854775808, 9223372036854775807, -1, 0")
        #expect(try (0..<4).map { try result.integer(row: 0, column: $0) } == [.min, .max, -1, 0])
    }

    @Test
    func `a cell that holds no integer is an error and not a zero`() async throws {
        let connection = try await ScratchDatabase.connect()
        let result = try await connection.query(
            "SELECT 'x', '', '-', '1-', '1.0', 9223372036854775808, -9223372036854775809, 92233720368547758070"
        )
        for column in 0..<8 {
            let error = #expect(throws: PostgresError.self) { try result.integer(row: 0, column: column) }
            #expect(error?.code == .unexpectedResult)
        }
    }

    @Test
    func `touched rows are counted`() async throws {
        let connection = try await ScratchDatabase.connect()
        #expect(try await connection.query("CREATE TABLE t (n bigint)").affectedRows == 0)
        #expect(try await connection.query("INSERT INTO t SELECT generate_series(1, 7)").affectedRows == 7)
        #expect(try await connection.query("UPDATE t SET n = 0 WHERE n > 4").affectedRows == 3)
        #expect(try await connection.query("DELETE FROM t WHERE n = 99").affectedRows == 0)
    }
}
