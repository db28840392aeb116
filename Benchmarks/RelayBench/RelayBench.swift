import ArgumentParser
import FoundationEssentials
import Glibc

/// Measures the services on servers of their own, each figure beside its limit.
@main
struct RelayBench: AsyncParsableCommand {
    private static let measurements: [any Measurement.Type] = [
        DrainMeasurement.self, ProjectMeasurement.self, EndToEndMeasurement.self, LatencyMeasurement.self,
        APIMeasurement.self, PendingCountMeasurement.self, GrowthMeasurement.self, MemoryMeasurement.self,
        StartMeasurement.self, IdleMeasurement.self,
    ]

    /// What the guard holds against the record: rates whose limits do the same work.
    private static let guarded = ["drain.rate", "project.rate", "end-to-end.rate", "api.relay", "api.project"]

    /// How often the guard measures what is too low before it says so.
    private static let guardAttempts = 5

    static let configuration = CommandConfiguration(
        commandName: "relay-bench",
        abstract: "Measures the services on servers of their own, each figure beside its limit.",
        discussion: measurements.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n")
    )

    @Flag(help: "Less of everything, in some two minutes: drain, project, end-to-end, latency and api.")
    var quick = false

    @Option(help: ArgumentHelp("Measure this only; may be given several times.", valueName: "name"))
    var only: [String] = []

    @Option(help: ArgumentHelp("How often each figure is measured; 5 by default.", valueName: "n"))
    var rounds: Int?

    @Option(help: ArgumentHelp("How many rows or messages are moved in a round.", valueName: "n"))
    var rows: Int?

    @Option(
        help: ArgumentHelp("Commits a second while latency is measured; may be given several times.", valueName: "n")
    )
    var load: [Int] = []

    @Option(help: ArgumentHelp("Where the figures go as JSON.", valueName: "file"))
    var json = "bench.json"

    @Option(help: ArgumentHelp("Draw the plots into this folder.", valueName: "folder"))
    var plots: String?

    @Flag(help: "Instead of measuring, show where the time of a drain and of a projection goes.")
    var profile = false

    @Option(
        name: .customLong("guard"),
        help: ArgumentHelp("Fail where a ratio is below this record.", valueName: "file")
    )
    var guardFile: String?

    @Option(help: ArgumentHelp("Write the record of the guard.", valueName: "file"))
    var record: String?

    @Option(help: ArgumentHelp("How many runs to record.", valueName: "n"))
    var runs = 5

    func validate() throws {
        let names = Self.measurements.map { $0.name }
        for name in self.only where !names.contains(name) {
            throw ValidationError("--only is \(name); it must be one of \(names.joined(separator: ", ")).")
        }
        for (option, value) in [("--rounds", self.rounds), ("--rows", self.rows)] + self.load.map({ ("--load", $0) }) {
            guard value.map({ $0 > 0 }) ?? true else {
                throw ValidationError("\(option) is \(value ?? 0); it must be at least 1.")
            }
        }
        guard self.runs > 0 else { throw ValidationError("--runs is \(self.runs); it must be at least 1.") }
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        if self.profile { return try await self.showProfiles() }
        if let plots { try FileManager.default.createDirectory(atPath: plots, withIntermediateDirectories: true) }
        var runs: [[Figure]] = []
        for _ in 0..<(self.record == nil ? 1 : self.runs) { runs.append(try await self.measure(self.chosen)) }
        let figures = runs[runs.count - 1]
        print(Table(figures: figures))
        try self.write(figures)
        if let record { try self.write(Record(runs, names: Self.guarded), to: record) }
        if let guardFile { try await self.check(figures, against: guardFile) }
    }

    private func measure(_ measurements: [any Measurement.Type]) async throws -> [Figure] {
        let size = self.size
        return try await BenchServers.with { servers in
            let bench = Bench(servers: servers, size: size)
            var figures: [Figure] = []
            for measurement in measurements {
                let start = ContinuousClock.now
                figures += try await measurement.init().figures(bench)
                let seconds = Int((ContinuousClock.now - start) / .seconds(1))
                Self.say("\(measurement.name): measured in \(seconds) s")
            }
            return figures
        }
    }

    private func showProfiles() async throws {
        let size = self.size
        let profiler = try Profiler.find()
        try await BenchServers.with { servers in
            var bench = Bench(servers: servers, size: size)
            let folder = servers.programs.logs
            let file = "\(folder)/samples"
            bench.servers.programs.wrapper = profiler.command(file)
            _ = try await DrainMeasurement.drain(bench, size.rows)
            print("outbox-publisher\n", try await profiler.report(file, in: folder))
            _ = try await ProjectMeasurement.project(bench, size.rows)
            print("projector\n", try await profiler.report(file, in: folder))
        }
    }

    private var size: Size {
        var size = self.quick ? Size.quick : .full
        size.rounds = self.rounds ?? size.rounds
        size.rows = self.rows ?? size.rows
        if !self.load.isEmpty { size.loads = self.load }
        return size
    }

    private var chosen: [any Measurement.Type] {
        if !self.only.isEmpty { return Self.measurements.filter { self.only.contains($0.name) } }
        return self.quick ? Array(Self.measurements.prefix(5)) : Self.measurements
    }

    private func write(_ figures: [Figure]) throws {
        let size = self.size
        try self.write(
            Result(
                rounds: size.rounds,
                rows: size.rows,
                processors: ProcessInfo.processInfo.activeProcessorCount,
                figures: figures
            ),
            to: self.json
        )
        guard let plots else { return }
        for (name, text) in Plots.draw(figures) { try Data(text.utf8).write(to: URL(filePath: "\(plots)/\(name)")) }
    }

    private func write(_ value: some Encodable, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try (encoder.encode(value) + Data("\n".utf8)).write(to: URL(filePath: path))
    }

    /// Compares with the record; what is too low is measured again first, since others may have had the processor.
    private func check(_ figures: [Figure], against path: String) async throws {
        let record = try JSONDecoder().decode(Record.self, from: Data(contentsOf: URL(filePath: path)))
        var figures = figures
        for attempt in 1...Self.guardAttempts {
            let faults = record.faults(in: figures)
            for fault in faults { Self.say(fault.description) }
            if faults.isEmpty { return }
            let doubtful = self.chosen.filter { measurement in
                faults.contains { $0.figure.hasPrefix("\(measurement.name).") }
            }
            guard attempt < Self.guardAttempts, !doubtful.isEmpty else { throw ExitCode(1) }
            figures = try await self.measure(doubtful) + figures
        }
    }

    /// Writes a line to standard error.
    private static func say(_ text: String) {
        let line = text + "\n"
        Glibc.write(STDERR_FILENO, line, line.utf8.count)
    }
}
