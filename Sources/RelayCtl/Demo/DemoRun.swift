/// The middle of a demo: events are committed and watched until they have arrived.
struct DemoRun: Sendable {
    /// How long nothing may move before what has not arrived is taken for lost.
    private static let patience = Duration.seconds(20)

    private enum Part {
        case main
        case companion
    }

    private let servers: DemoServers
    private let services: DemoServices
    private let options: DemoOptions
    private let catalogID: Int64
    private let ledger: EventLedger
    private let console: Console

    /// Creates a run.
    ///
    /// - Parameters:
    ///   - servers: The servers, with a migrated database.
    ///   - services: The services, ready.
    ///   - options: How much to commit, and how fast.
    ///   - catalogID: The catalog entry that events name.
    ///   - ledger: Told of each event.
    ///   - console: Where progress is shown.
    init(
        servers: DemoServers,
        services: DemoServices,
        options: DemoOptions,
        catalogID: Int64,
        ledger: EventLedger,
        console: Console
    ) {
        self.servers = servers
        self.services = services
        self.options = options
        self.catalogID = catalogID
        self.ledger = ledger
        self.console = console
    }

    /// Commits the events and returns when all have arrived, or nothing has moved for a while.
    ///
    /// - Throws: ``DemoError`` where a service or a connection ends; `PostgresError`, `NATSError`, `CancellationError`.
    func run() async throws {
        let subscriber = try await Subscriber(
            self.servers.nats,
            subject: self.servers.names.subjects,
            ledger: self.ledger
        )
        let watch = try await EventWatch(self.servers.database, ledger: self.ledger)
        try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask {
                try await subscriber.run()
                return .companion
            }
            group.addTask {
                try await watch.run()
                return .companion
            }
            group.addTask { try await self.services.watch() }
            group.addTask {
                await ScreenPainter(self.console, ledger: self.ledger, events: self.options.events).run()
                return .companion
            }
            group.addTask {
                try await self.generate()
                try await self.waitForArrival()
                return .main
            }
            // The companions go on until they are cancelled, or fail.
            for try await part in group where part == .main { group.cancelAll(); break }
        }
    }

    private func generate() async throws {
        let generator = Generator(
            database: self.servers.database,
            events: self.options.events,
            rate: self.options.rate,
            catalogID: self.catalogID,
            ledger: self.ledger
        )
        try await generator.run()
    }

    private func waitForArrival() async throws {
        var last = Progress()
        var movedAt = ContinuousClock.now
        while true {
            var progress = self.ledger.progress()
            if progress.isComplete(events: self.options.events) { return }
            // Only the counts tell whether anything moves; the lags grow by themselves.
            progress.publishLag = .zero
            progress.projectionLag = .zero
            if progress != last {
                last = progress
                movedAt = .now
            }
            guard .now - movedAt < Self.patience else { return }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
