import Postgres
import Testing

struct ErrorKindTests {
    private typealias Case = (sqlState: String, isRetryable: Bool, isDataError: Bool, isUnavailable: Bool)

    private static let cases: [Case] = [
        ("08006", true, false, true), ("40001", true, false, false), ("40P01", true, false, false),
        ("53100", true, false, false), ("53300", true, false, true), ("55P03", true, false, false),
        ("57014", true, false, false), ("57P01", true, false, true), ("57P03", true, false, true),
        ("25006", true, false, false), ("58030", true, false, false),
        ("22003", false, true, false), ("23503", false, true, false), ("23514", false, true, false),
        ("42P01", false, false, false), ("42703", false, false, false), ("28000", false, false, false),
    ]

    @Test
    func `the SQLSTATE says whether to retry, whether the data is at fault, and whether the server is away`() {
        for expected in Self.cases {
            let error = PostgresError(.server, "", sqlState: expected.sqlState)
            #expect(error.isRetryable == expected.isRetryable, "\(expected.sqlState)")
            #expect(error.isDataError == expected.isDataError, "\(expected.sqlState)")
            #expect(error.isUnavailable == expected.isUnavailable, "\(expected.sqlState)")
        }
    }

    @Test(arguments: [PostgresError.Code.connectionFailed, .connectionLost, .deadlineExceeded, .poolExhausted])
    func `whatever is about the connection is retryable and means unavailable`(code: PostgresError.Code) {
        let error = PostgresError(code, "")
        #expect(error.isRetryable)
        #expect(error.isUnavailable)
        #expect(!error.isDataError)
    }

    @Test(arguments: [PostgresError.Code.unexpectedResult, .invalidConfiguration, .poolClosed])
    func `what stays as it is however often it is tried is not retryable`(code: PostgresError.Code) {
        #expect(!PostgresError(code, "").isRetryable)
    }

    @Test
    func `the description keeps the server's words to itself`() {
        let error = PostgresError(.server, "message", sqlState: "23505", detail: "detail", constraint: "c")
        #expect(error.description == "PostgreSQL: refused by the server (SQLSTATE 23505), constraint c")
        #expect(error.debugDescription == "\(error.description); message; detail")
        let lost = PostgresError(.connectionLost, "server closed the connection")
        #expect(lost.description == "PostgreSQL: connection lost: server closed the connection")
    }
}
