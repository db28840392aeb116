import Foundation
import JetStream
import Postgres
import Subprocess
import TestSupport
import Testing

/// `relayctl status`, `retry` and `verify` over what the real services do.
@Suite(.scratchDatabase, .scratchStream, .timeLimit(.minutes(10)))
struct OperatorCommandTests {
    @Test func `status shows what is parked and why, retry lets it go, status then shows nothing`() async throws {
        let relay = Relay.scratch
        try await OutboxSeed.insert(
            [
                OutboxSeed(execution: 1, event: 1, subject: "not a subject"), OutboxSeed(execution: 1, event: 2),
                OutboxSeed(execution: 2, event: 3, status: "IN_FLIGHT", lockedAgo: -3600),
            ],
            on: relay.connect()
        )
        try await Self.publishOnce(relay)
        let before = try await Self.status(relay)
        #expect(before.outbox["parked"] as? Int == 1)
        #expect(before.outbox["published"] as? Int == 1)
        #expect(before.outbox["leased"] as? Int == 1)
        let reasons = try #require(before.outbox["parked_by_reason"] as? [[String: Any]])
        #expect((reasons.first?["reason"] as? String)?.contains("not a subject") == true)
        #expect(before.stream?["messages"] as? Int == 1)
        #expect(before.consumer == nil)
        let text = try await Self.run(["status"], relay)
        #expect(text.status == .exited(0))
        #expect(
            text.output.contains("parked from 1 on: NATS: not a subject that can be published to"),
            "\(text.output)"
        )
        #expect(text.output.contains("consumer noetl-projector   does not exist"), "\(text.output)")

        try await relay.connect().query("UPDATE noetl.outbox SET subject = NULL WHERE outbox_id = 1")
        let retry = try await Self.run(["retry", "--execution", "1", "--json"], relay)
        #expect(retry.status == .exited(0))
        #expect(retry.output == "{\"retried\":1}\n")
        try await Self.publishOnce(relay)
        let after = try await Self.status(relay)
        #expect(after.outbox["parked"] as? Int == 0)
        #expect(after.outbox["published"] as? Int == 2)
    }

    @Test func `status says what it can where a server is away`() async throws {
        let relay = Relay.scratch
        let end = try await Self.run(["status", "--nats-url", "nats://127.0.0.1:1"], relay)
        #expect(end.status == .exited(1))
        #expect(end.output.contains("noetl.outbox\n  due"))
        #expect(end.output.contains("stream \(relay.stream)   cannot be read"))
        #expect(end.log.count == 1 && end.log.first?.contains("could not connect") == true, "\(end.log)")
    }

    @Test(arguments: [["retry"], ["retry", "--all", "--id", "3"], ["retry", "--execution", "x"]])
    func `retry wants to know which rows`(arguments: [String]) async throws {
        #expect(try await Self.run(arguments, Relay.scratch).status == .exited(2))
    }

    @Test func `verify holds over what was moved, and finds what is missing or lost`() async throws {
        let relay = Relay.scratch
        try await relay.commit(2000)
        try await OutboxSeed.insert([OutboxSeed(execution: 7, event: 9000, payload: "[]")], on: relay.connect())
        _ = try await RelayProcess.run("outbox-publisher", environment: relay.environment()) { _ in
            _ = try await RelayProcess.run("projector", environment: relay.environment()) { _ in
                try await eventually { try await relay.events() == 2000 }
                try await eventually {
                    try await ScratchStream.connect().consumerInfo(stream: relay.stream, consumer: "noetl-projector")?
                        .acknowledgedSequence == 2001
                }
                let during = try await Self.run(["verify"], relay)
                #expect(during.status == .exited(0), "\(during.output) \(during.log)")
            }
        }
        let whole = try await Self.verify(relay)
        #expect(whole.status == .exited(0))
        #expect(whole.report["published"] as? Int == 2001)
        #expect(whole.report["messages"] as? Int == 2001)
        #expect(whole.report["foreign"] as? Int == 0)
        #expect(whole.report["unprojected"] as? Int == 0)

        // A row that claims to be published and is not, and two events that are lost.
        try await OutboxSeed.insert([OutboxSeed(execution: 1, event: 5000, status: "PUBLISHED")], on: relay.connect())
        try await relay.connect().query("UPDATE noetl.outbox SET published_at = now() WHERE event_id = 5000")
        try await relay.connect().query("DELETE FROM noetl.event WHERE event_id IN (7, 8)")
        let broken = try await Self.verify(relay)
        #expect(broken.status == .exited(1))
        let checks = try #require(broken.report["checks"] as? [[String: Any]])
        #expect(checks.map { $0["faults"] as? Int } == [1, 0, 2], "\(checks)")
        #expect((checks[0]["examples"] as? [String]) == ["1-5000"])
        #expect((checks[2]["examples"] as? [String])?.contains("1007-7") == true)
    }

    private static func run(_ arguments: [String], _ relay: Relay) async throws -> RelayProcess.End {
        try await RelayProcess.run("relayctl", arguments: arguments, environment: relay.environment(), stop: nil)
    }

    private static func publishOnce(_ relay: Relay) async throws {
        let once = relay.environment(["NOETL_OUTBOX_PUBLISHER_ONCE": "true"])
        #expect(try await RelayProcess.run("outbox-publisher", environment: once, stop: nil).status == .exited(0))
    }

    private static func status(
        _ relay: Relay
    ) async throws -> (outbox: [String: Any], stream: [String: Any]?, consumer: [String: Any]?) {
        let end = try await Self.run(["status", "--json"], relay)
        #expect(end.status == .exited(0), "\(end.log)")
        let report = try #require(JSONSerialization.jsonObject(with: Data(end.output.utf8)) as? [String: Any])
        let outbox = try #require(report["outbox"] as? [String: Any])
        return (outbox, report["stream"] as? [String: Any], report["consumer"] as? [String: Any])
    }

    private static func verify(_ relay: Relay) async throws -> (status: TerminationStatus, report: [String: Any]) {
        let end = try await Self.run(["verify", "--json"], relay)
        let report = try JSONSerialization.jsonObject(with: Data(end.output.utf8)) as? [String: Any]
        return (end.status, try #require(report, "\(end.log)"))
    }
}
