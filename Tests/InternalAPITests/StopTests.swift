import HTTPTypes
import Postgres
import Subprocess
import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct StopTests {
    @Test func `asked to stop, the program answers what it has begun and takes nothing new`() async throws {
        try await API.with { api in
            let other = try await ScratchDatabase.connect()
            try await other.run(
                script: "BEGIN; INSERT INTO noetl.event (execution_id, event_id, catalog_id) VALUES (0, 1, 0)"
            )
            async let answer = api.project(#"{"events":[{"event_id":1}]}"#)
            try await eventually { try await api.database.waitingStatements() == 1 }
            api.process.send(.terminate)
            try await eventually("it stops listening") {
                do {
                    try await Conversation.with(port: api.port) { _ in }
                    return false
                } catch {
                    return true
                }
            }
            await other.rollBack()
            let text = try await answer.text
            #expect(text == #"{"projected":1,"duplicates":0}"#)
        }
    }
}
