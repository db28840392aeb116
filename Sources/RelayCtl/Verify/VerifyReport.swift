import RawJSON

/// What `relayctl verify` found.
struct VerifyReport: Sendable {
    /// One thing that must hold.
    struct Check: Hashable, Sendable {
        /// What holds if there are no faults, as a phrase.
        let claim: String
        /// How many ids it does not hold for.
        let faults: Int64
        /// The first few of them.
        let examples: [String]
        /// Why it was not looked at; `nil` where it was.
        let unchecked: String?

        /// What was found.
        init(claim: String, faults: Int64, examples: [String]) {
            self.claim = claim
            self.faults = faults
            self.examples = examples
            self.unchecked = nil
        }

        /// What could not be looked at, and why.
        init(claim: String, unchecked: String) {
            self.claim = claim
            self.faults = 0
            self.examples = []
            self.unchecked = unchecked
        }

        /// Whether it is known to hold.
        var holds: Bool { self.faults == 0 && self.unchecked == nil }
    }

    /// Published rows that were looked at: those that the stream must still have.
    let published: Int64
    /// Messages in the stream.
    let messages: Int64
    /// Messages that belong to no row that is still kept.
    let foreign: Int64
    /// Messages that the projector has yet to acknowledge, and that were not looked for in `noetl.event`.
    let unprojected: Int64
    /// What must hold.
    let checks: [Check]

    /// Whether all of it was looked at and does.
    var holds: Bool { self.checks.allSatisfy(\.holds) }

    /// The report for a person.
    var text: String {
        var lines = [
            "published rows  \(self.published.grouped.aligned(to: 15))",
            "messages        \(self.messages.grouped.aligned(to: 15))",
            "  of no row     \(self.foreign.grouped.aligned(to: 15))",
            "  not projected \(self.unprojected.grouped.aligned(to: 15))",
        ]
        for check in self.checks {
            if let unchecked = check.unchecked {
                lines += ["?    \(check.claim)", "     not checked: \(unchecked)"]
                continue
            }
            lines.append("\(check.holds ? "yes" : "NO ")  \(check.claim)")
            guard check.faults > 0 else { continue }
            let more = check.faults > Int64(check.examples.count) ? ", …" : ""
            lines.append("     not for \(check.faults.grouped): \(check.examples.joined(separator: ", "))\(more)")
        }
        return lines.joined(separator: "\n")
    }

    /// The report for a program: one JSON object.
    var json: String {
        var json = JSONWriter(reservingCapacity: 1024)
        json.object { json in
            json.key("holds")
            json.bool(self.holds)
            json.integer("published", self.published)
            json.integer("messages", self.messages)
            json.integer("foreign", self.foreign)
            json.integer("unprojected", self.unprojected)
            json.key("checks")
            json.array { json in
                for check in self.checks {
                    json.object { json in
                        json.text("claim", check.claim)
                        json.integer("faults", check.faults)
                        json.key("examples")
                        json.array { json in
                            for example in check.examples { json.string(example) }
                        }
                        json.key("unchecked")
                        json.string(check.unchecked)
                    }
                }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
