import JetStream
import Postgres
import SystemPackage

/// The demo: servers, services, events, proof, and the end of it all.
struct Demo: Sendable {
    /// What a person chose.
    let options: DemoOptions
    /// Which servers to use.
    let servers: ServerChoice
    /// Where to tell about it.
    let output: DemoOutput

    /// Runs the demo; everything it started is gone when it returns or throws.
    ///
    /// - Returns: Whether the proof holds.
    /// - Throws: ``DemoError``, `LocalServerError`, `PostgresError`, `NATSError`; `CancellationError` where a person
    ///   stops it.
    func run() async throws -> Bool {
        let start = ContinuousClock.now
        let logs = try LogFolder.make()
        do {
            self.tell("noetl-relay demo: \(self.servers.description) …")
            let holds = try await DemoServers.with(self.servers) { servers in
                try await self.run(on: servers, logs: logs, since: start)
            }
            if holds { logs.remove() } else { self.tell("The logs of the services are in \(logs.path).") }
            return holds
        } catch is CancellationError {
            logs.remove()
            throw CancellationError()
        } catch {
            if logs.isKept() { self.tell("The logs of the services are in \(logs.path).") }
            throw error
        }
    }

    private func run(
        on servers: DemoServers,
        logs: LogFolder,
        since start: ContinuousClock.Instant
    ) async throws -> Bool {
        self.tellAboutGivenServers(servers)
        let catalogID = try await DemoDatabase(servers).prepare()
        try await self.checkNATS(servers)
        let ledger = EventLedger()
        let services = try DemoServices(servers: servers, logs: logs)
        return try await withCleanUp {
            try await services.waitUntilReady()
            let readyAt = ContinuousClock.now
            self.tell("Everything is ready. Committing \(self.options.events.grouped) events …")
            let run = DemoRun(
                servers: servers,
                services: services,
                options: self.options,
                catalogID: catalogID,
                ledger: ledger,
                console: self.output.progress
            )
            try await run.run()
            let entries = ledger.entries
            let times = DemoReport.Times(
                start: (readyAt - start) / .seconds(1),
                run: (.now - readyAt) / .seconds(1)
            )
            let evidence = try await self.collectEvidence(of: entries, servers: servers, services: services)
            let report = DemoReport(
                servers: .init(
                    isDatabaseOwn: servers.isDatabaseOwn,
                    isNATSOwn: servers.isNATSOwn,
                    stream: servers.names.stream
                ),
                rate: self.options.rate,
                events: entries.count,
                times: times,
                latencies: Latencies(entries),
                proof: Proof(evidence, events: self.options.events),
                access: self.options.isKept ? self.access(servers, services, logs) : nil
            )
            self.output.write(report)
            if self.options.isKept { try await services.watch() }
            return report.proof.holds
        } cleanUp: {
            for fault in await services.stop() { Console.complain(fault) }
            let leftovers = DemoLeftovers(of: ledger.executions, on: servers)
            for fault in await leftovers.remove() { Console.complain(fault) }
        }
    }

    /// Finds out early whether NATS answers, where the services would wait for it to come.
    private func checkNATS(_ servers: DemoServers) async throws {
        let connection = try await NATSConnection.connect(servers.nats)
        _ = try await connection.streamInfo(servers.names.stream)
        await connection.close()
    }

    /// Reads what the run left and, unless it is to be kept, stops the services, whose endings are evidence, too.
    private func collectEvidence(
        of entries: [EventLedger.Entry],
        servers: DemoServers,
        services: DemoServices
    ) async throws -> Evidence {
        var evidence = try await EvidenceCollector(servers).collect(committed: entries.map(\.key))
        if servers.isDatabaseOwn { evidence.pendingCount = try await services.pendingCount() }
        try services.checkRunning()
        if !self.options.isKept { evidence.stopFaults = await services.stop() }
        return evidence
    }

    private func access(_ servers: DemoServers, _ services: DemoServices, _ logs: LogFolder) -> DemoReport.Access {
        DemoReport.Access(
            databaseURL: servers.database.connectionString,
            natsURL: servers.nats.url,
            services: ServiceName.allCases.map { .init(name: $0.rawValue, url: services.environment.url(of: $0)) },
            token: services.environment.token,
            logs: logs.path.string
        )
    }

    private func tellAboutGivenServers(_ servers: DemoServers) {
        if !servers.isDatabaseOwn {
            self.tell(
                "While the demo runs, its publisher publishes all that is written to noetl.outbox of DATABASE_URL; what "
                    + "is not the demo's is PENDING again at the end."
            )
        }
        guard servers.names != .usual else { return }
        self.tell("It uses a stream of its own, \(servers.names.stream), with the subjects \(servers.names.subjects).")
        self.tell("That stream and the demo's rows are removed at the end.")
    }

    private func tell(_ sentence: String) {
        self.output.progress.line(sentence)
    }
}
