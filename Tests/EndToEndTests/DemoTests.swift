import Foundation
import Subprocess
import TestSupport
import Testing

/// `relayctl demo`, the newcomer's first command.
@Suite(.timeLimit(.minutes(10)))
struct DemoTests {
    @Test func `the demo proves what it moved and leaves nothing running`() async throws {
        let arguments = ["demo", "--events", "500", "--rate", "1000", "--json"]
        let end = try await RelayProcess.run("relayctl", arguments: arguments, stop: nil)
        #expect(end.status == .exited(0), "\(end.log)")
        let report = try JSONSerialization.jsonObject(with: Data(end.output.utf8))
        #expect(report is [String: Any])
    }

    @Test func `Ctrl-C in the middle ends it with status 130`() async throws {
        let arguments = ["demo", "--events", "100000", "--rate", "1000", "--json"]
        let end = try await RelayProcess.run("relayctl", arguments: arguments, stop: .interrupt) { demo in
            try await eventually { demo.log.contains { $0.contains("Committing") } }
        }
        #expect(end.status == .exited(130), "\(end.log)")
    }
}
