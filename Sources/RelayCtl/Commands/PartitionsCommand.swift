import ArgumentParser
import Postgres
import RawJSON
import Schema

/// `relayctl partitions`: the partitions of `noetl.event`.
struct PartitionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "partitions",
        abstract: "Makes the partitions of noetl.event for the quarters to come, and lists all.",
        discussion: """
            Rows that the DEFAULT partition holds for one of them are moved into it; the DEFAULT partition is locked \
            meanwhile. The projector does the same once an hour, except for moving very many rows.
            """
    )

    @Flag(help: "Say what would be done, and do nothing.")
    var plan = false

    @Option(
        name: .customLong("retention-seconds"),
        help: ArgumentHelp(
            "Drop partitions that have nothing younger than this; by default none is dropped.",
            valueName: "seconds"
        )
    )
    var retention: Int64?

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup
    var database: DatabaseOptions

    func validate() throws {
        if let retention, retention <= 0 {
            throw ValidationError("--retention-seconds is \(retention); it must be a number of seconds above 0.")
        }
    }

    func run() async throws {
        let (plan, partitions) = try await self.database.withPool { pool in
            try await pool.withConnection { connection in
                let maintainer = PartitionMaintainer(connection, retention: self.retention.map { .seconds($0) })
                let plan = self.plan ? try await maintainer.plan() : try await maintainer.maintain()
                return (plan, try await maintainer.partitions())
            }
        }
        Console.standardOutput.line(self.json ? self.json(plan, partitions) : self.text(plan, partitions))
    }

    private func text(_ plan: MigrationPlan, _ partitions: [EventPartition]) -> String {
        let verb = self.plan ? "To do" : "Done"
        var lines = plan.remarks.map { "Note: \($0)" } + plan.changes.map { "\(verb): \($0.name)" }
        let width = partitions.map(\.name.count).max() ?? 0
        for partition in partitions {
            let size = "about \(partition.estimatedRows.grouped) rows, \((Double(partition.bytes) / 1e6).oneDecimal) MB"
            lines.append("\(partition.name.padded(to: width))  \(Self.bounds(of: partition).aligned(to: 24))  \(size)")
        }
        return lines.isEmpty ? "No partitions." : lines.joined(separator: "\n")
    }

    private static func bounds(of partition: EventPartition) -> String {
        guard !partition.isDefault else { return "everything else" }
        return "\(partition.firstDay ?? "ever") to \(partition.endDay ?? "ever")"
    }

    private func json(_ plan: MigrationPlan, _ partitions: [EventPartition]) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("remarks")
            json.array { json in
                for remark in plan.remarks { json.string(remark) }
            }
            json.key(self.plan ? "to_do" : "done")
            json.array { json in
                for change in plan.changes { json.string(change.name) }
            }
            json.key("partitions")
            json.array { json in
                for partition in partitions { json.object { Self.members(of: partition, &$0) } }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func members(of partition: EventPartition, _ json: inout JSONWriter) {
        json.key("name")
        json.string(partition.name)
        json.key("default")
        json.bool(partition.isDefault)
        json.key("low")
        json.integer(partition.low)
        json.key("high")
        json.integer(partition.high)
        json.key("first_day")
        json.string(partition.firstDay)
        json.key("end_day")
        json.string(partition.endDay)
        json.key("estimated_rows")
        json.integer(partition.estimatedRows)
        json.key("bytes")
        json.integer(partition.bytes)
    }
}
