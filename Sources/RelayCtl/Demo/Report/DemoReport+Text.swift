extension DemoReport {
    /// The report for a person.
    var text: String {
        let proofTitle = self.proof.holds ? "proof: it holds" : "proof: it does NOT hold"
        return [self.summary, self.latencyTable, proofTitle, self.proofLines]
            .map { $0 + "\n" }
            .joined()
    }

    /// How to reach what is left running.
    var accessText: String? {
        guard let access = self.access else { return nil }
        let rows =
            [("database", access.databaseURL), ("NATS", "\(access.natsURL) (stream \(self.servers.stream))")]
            + access.services.map { ($0.name, $0.url) }
            + [("token", access.token), ("logs", access.logs)]
        let lines = rows.map { "  \($0.0.padded(to: 18))\($0.1)" }
        return (["", "left running, until Ctrl-C:"] + lines).joined(separator: "\n")
    }

    private var summary: String {
        """

        \(self.events.grouped) events in \(self.times.run.oneDecimal) s: \(Int(self.throughput.rounded()).grouped)/s \
        (asked for \(self.rate.grouped)/s); ready \(self.times.start.oneDecimal) s after the start.

        """
    }

    private var latencyTable: String {
        let rows = [
            ("commit to subscriber", self.latencies.commitToSubscriber),
            ("  from sending COMMIT", self.latencies.sendToSubscriber),
            ("commit to noetl.event", self.latencies.commitToEvent),
            ("  from sending COMMIT", self.latencies.sendToEvent),
        ]
        let titles = ["p50", "p99", "max"].map { $0.aligned(to: 12) }.joined()
        let lines = rows.map { name, latency in
            let cells = [latency.p50, latency.p99, latency.maximum].map { Self.milliseconds($0).aligned(to: 12) }
            return "  " + name.padded(to: 24) + cells.joined()
        }
        return (["latency".padded(to: 26) + titles] + lines + self.method).joined(separator: "\n") + "\n"
    }

    /// How the latencies are measured, in lines.
    private var method: [String] {
        [
            "  Counted from the answer to COMMIT (an event that is faster counts as 0) and from sending it, to when",
            "  an ordinary NATS subscriber has the event, and to when a query by primary key finds it in",
            "  noetl.event, asked again \(Self.watchPause) after each answer.",
        ]
    }

    private var proofLines: String {
        self.proof.checks
            .flatMap { check in
                [(check.faults.isEmpty ? "  ✓ " : "  ✗ ") + check.claim] + check.faults.map { "      \($0)" }
            }
            .joined(separator: "\n")
    }

    static let watchPause = "\(Int(EventWatch.pause / .milliseconds(1))) ms"

    private static func milliseconds(_ microseconds: UInt64) -> String {
        let hundredths = (microseconds + 5) / 10
        let fraction = hundredths % 100
        return "\((hundredths / 100).grouped).\(fraction < 10 ? "0" : "")\(fraction) ms"
    }
}
