import Logging
import Postgres
import ServiceRuntime
import TestSupport
import Testing

@testable import InternalAPI

struct DatabaseStateTests {
    private static let slow = PostgresError(.deadlineExceeded, "the statement took too long and was cancelled")
    private static let away = PostgresError(.connectionFailed, "refused")

    private let dependency: Dependency
    private let state: DatabaseState

    init() {
        self.dependency = Health(logger: .quiet).addDependency("postgres")
        self.state = DatabaseState(self.dependency)
    }

    @Test func `a slow statement says nothing of the database, unless it is the check's`() {
        self.state.reportUp()
        self.state.report(Self.slow)
        #expect(self.dependency.isUp)
        self.state.report(Self.slow, isCheck: true)
        #expect(!self.dependency.isUp)
        self.state.reportUp()
        self.state.report(Self.away)
        // Nor does it say that the database is there.
        self.state.report(Self.slow)
        #expect(!self.dependency.isUp)
    }

    @Test func `what asks the database says what became of it`() async throws {
        let state = self.state
        let count = try await state.observing { 7 }
        #expect(count == 7 && self.dependency.isUp)
        await #expect(throws: Self.slow) { try await state.observing { throw Self.slow } }
        #expect(self.dependency.isUp)
        await #expect(throws: Self.away) { try await state.observing { throw Self.away } }
        #expect(!self.dependency.isUp)
    }
}
