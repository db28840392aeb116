import JetStream
import Outbox
import RawJSON

extension StatusReport {
    /// The report for a program: one JSON object, ages in seconds; `null` for what could not be asked or is not there.
    var json: String {
        var json = JSONWriter(reservingCapacity: 1024)
        json.object { json in
            json.key("outbox")
            self.writeOutbox(to: &json)
            json.key("stream")
            self.writeStream(to: &json)
            // The one that is furthest behind, of several.
            json.key("consumer")
            if let consumer = self.consumers?.found.max(by: { $0.lag < $1.lag }) {
                self.write(consumer, to: &json)
            } else {
                json.null()
            }
            json.key("consumers")
            json.array { json in
                for consumer in self.consumers?.found ?? [] { self.write(consumer, to: &json) }
            }
            json.key("faults")
            json.array { json in
                for fault in self.faults { json.string(fault) }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private func writeOutbox(to json: inout JSONWriter) {
        guard let outbox = self.outbox else { return json.null() }
        json.object { json in
            json.integer("due", outbox.due)
            json.integer("waiting", outbox.waiting)
            json.integer("leased", outbox.leased)
            json.integer("expired", outbox.expired)
            json.integer("parked", outbox.parked)
            json.integer("published", outbox.published)
            json.key("published_is_estimate")
            json.bool(outbox.isPublishedEstimated)
            json.number("oldest_age_seconds", outbox.oldestAge)
            json.number("oldest_lease_seconds", outbox.oldestLeaseAge)
            json.key("parked_by_reason")
            json.array { json in
                for parked in outbox.parkedRows {
                    json.object { json in
                        json.text("reason", parked.reason)
                        json.integer("count", parked.count)
                        json.integer("first_outbox_id", parked.firstID)
                    }
                }
            }
        }
    }

    private func writeStream(to json: inout JSONWriter) {
        guard let stream = self.streamInfo else { return json.null() }
        json.object { json in
            json.text("name", self.stream)
            json.integer("messages", stream.messages)
            json.integer("first_sequence", stream.firstSequence)
            json.integer("last_sequence", stream.lastSequence)
        }
    }

    private func write(_ consumer: ProjectorConsumers.Consumer, to json: inout JSONWriter) {
        json.object { json in
            json.text("name", consumer.name)
            json.integer("lag", consumer.lag)
            json.integer("pending", consumer.info.pending)
            json.integer("ack_pending", consumer.info.acknowledgementsPending)
            json.integer("redelivered", consumer.info.redelivered)
        }
    }
}
