import Postgres
import Testing

@testable import RelayCtl

@Suite
struct FailureSentenceTests {
    @Test
    func `what the server refused is told with its reason`() {
        let error = PostgresError(.server, "permission denied for schema noetl", sqlState: "42501")
        #expect(
            FailureSentence(error).description
                == "PostgreSQL: refused by the server (SQLSTATE 42501); permission denied for schema noetl"
        )
    }

    @Test
    func `the lines of a message become one`() {
        let error = PostgresError(.connectionFailed, "connection refused\n\tIs the server running?\n")
        #expect(
            FailureSentence(error).description
                == "PostgreSQL: could not connect: connection refused; Is the server running?"
        )
    }

    @Test
    func `anything else speaks for itself`() {
        #expect(FailureSentence(DemoError("It went wrong.")).description == "It went wrong.")
    }
}
