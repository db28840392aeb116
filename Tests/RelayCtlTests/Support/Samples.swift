@testable import RelayCtl

extension EventKey {
    /// The key of the given event of the given execution.
    static func sample(_ execution: Int64, _ event: Int64) -> EventKey {
        EventKey(executionID: execution, eventID: event)
    }
}

extension Evidence {
    /// Two interleaved executions of three events each that went through without a fault.
    static var faultless: Evidence {
        var evidence = Evidence()
        evidence.committed = [
            .sample(1, 10), .sample(2, 11), .sample(1, 12), .sample(2, 13), .sample(1, 14), .sample(2, 15),
        ]
        // Between executions the stream may have another order.
        evidence.stream = [
            .sample(2, 11), .sample(1, 10), .sample(1, 12), .sample(1, 14), .sample(2, 13), .sample(2, 15),
        ]
        evidence.events = evidence.committed.reversed()
        evidence.pendingCount = 0
        evidence.stopFaults = []
        return evidence
    }

    /// What a proof finds wrong.
    var faults: [String] { Proof(self, events: 6).faults }
}

extension DemoReport {
    /// The report of a run without a single event, for the shape of its texts.
    static func sample(_ evidence: Evidence = .faultless, access: Access? = nil) -> DemoReport {
        DemoReport(
            servers: .init(isDatabaseOwn: true, isNATSOwn: true, stream: "NOETL_EVENTS"),
            rate: 2000,
            events: 6,
            times: .init(start: 1.25, run: 3),
            latencies: Latencies([]),
            proof: Proof(evidence, events: 6),
            access: access
        )
    }
}
