import JetStream
import Outbox

extension StatusReport {
    /// The report for a person.
    var text: String {
        (self.outboxLines + self.streamLines).joined(separator: "\n")
    }

    private var outboxLines: [String] {
        guard let outbox = self.outbox else { return ["noetl.outbox   cannot be read"] }
        var lines = [
            "noetl.outbox",
            Self.line("due", outbox.due),
            Self.line("waiting", outbox.waiting, "for their next attempt"),
            Self.line("leased", outbox.leased, Self.age(outbox.oldestLeaseAge, "the oldest for")),
            Self.line("expired", outbox.expired, "leases, to be claimed again"),
            Self.line("parked", outbox.parked, outbox.parked > 0 ? "see below; relayctl retry lets them go again" : ""),
            Self.line("published", outbox.published, outbox.isPublishedEstimated ? "about" : ""),
            "  oldest row     \(outbox.oldestAge.map { "\($0.oneDecimal) s" } ?? "none")",
        ]
        for parked in outbox.parkedRows {
            lines.append(Self.line("", parked.count, "parked from \(parked.firstID) on: \(parked.reason)"))
        }
        return lines
    }

    private var streamLines: [String] {
        guard self.isBrokerThere else { return ["stream \(self.stream)   cannot be read"] }
        guard let stream = self.streamInfo else { return ["stream \(self.stream)   does not exist"] }
        var lines = [
            "stream \(self.stream)",
            Self.line("messages", stream.messages, "\(stream.firstSequence) to \(stream.lastSequence)"),
        ]
        guard let consumers = self.consumers else { return lines + ["consumer \(self.consumer)   cannot be read"] }
        for consumer in consumers.found {
            lines += [
                "consumer \(consumer.name)",
                Self.line("lag", consumer.lag, "messages not acknowledged"),
                Self.line("to deliver", consumer.info.pending),
                Self.line("delivered", consumer.info.acknowledgementsPending, "and not acknowledged"),
                Self.line("redelivered", consumer.info.redelivered),
            ]
        }
        let missing = consumers.found.isEmpty ? [self.consumer] : consumers.missing
        return lines + missing.map { "consumer \($0)   does not exist" }
    }

    private static func line(_ label: String, _ count: some BinaryInteger, _ remark: String = "") -> String {
        let line = "  " + label.padded(to: 12) + count.grouped.aligned(to: 15)
        return remark.isEmpty ? line : "\(line)  \(remark)"
    }

    private static func age(_ seconds: Double?, _ label: String) -> String {
        seconds.map { "\(label) \($0.oneDecimal) s" } ?? ""
    }
}
