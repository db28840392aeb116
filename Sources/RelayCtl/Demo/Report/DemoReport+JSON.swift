import RawJSON

extension DemoReport {
    /// The report for a program: one JSON object, with latencies in microseconds and times in seconds.
    var json: String {
        var json = JSONWriter(reservingCapacity: 4096)
        json.object { json in
            json.key("holds")
            json.bool(self.proof.holds)
            json.integer("events", self.events)
            json.integer("rate_asked", self.rate)
            json.number("rate", self.throughput)
            json.number("start_seconds", self.times.start)
            json.number("run_seconds", self.times.run)
            self.writeServers(to: &json)
            self.writeLatencies(to: &json)
            self.writeProof(to: &json)
            self.writeAccess(to: &json)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private func writeServers(to json: inout JSONWriter) {
        json.key("servers")
        json.object { json in
            json.text("database", self.servers.isDatabaseOwn ? "own" : "DATABASE_URL")
            json.text("nats", self.servers.isNATSOwn ? "own" : "NATS_URL")
            json.text("stream", self.servers.stream)
        }
    }

    private func writeLatencies(to json: inout JSONWriter) {
        let latencies: KeyValuePairs = [
            "commit_to_subscriber": self.latencies.commitToSubscriber,
            "commit_sent_to_subscriber": self.latencies.sendToSubscriber,
            "commit_to_event": self.latencies.commitToEvent,
            "commit_sent_to_event": self.latencies.sendToEvent,
        ]
        json.key("latency_us")
        json.object { json in
            for (name, latency) in latencies {
                json.key(name)
                json.object { json in
                    json.integer("p50", latency.p50)
                    json.integer("p99", latency.p99)
                    json.integer("max", latency.maximum)
                    json.integer("count", latency.count)
                }
            }
        }
    }

    private func writeProof(to json: inout JSONWriter) {
        json.key("proof")
        json.array { json in
            for check in self.proof.checks {
                json.object { json in
                    json.text("claim", check.claim)
                    json.key("holds")
                    json.bool(check.faults.isEmpty)
                    json.key("faults")
                    json.array { json in
                        for fault in check.faults { json.string(fault) }
                    }
                }
            }
        }
    }

    private func writeAccess(to json: inout JSONWriter) {
        guard let access = self.access else { return }
        json.key("access")
        json.object { json in
            json.text("database_url", access.databaseURL)
            json.text("nats_url", access.natsURL)
            json.text("token", access.token)
            json.text("logs", access.logs)
            for service in access.services { json.text(service.name, service.url) }
        }
    }
}
