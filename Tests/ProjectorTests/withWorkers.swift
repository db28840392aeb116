import InternalContract
import JetStream
import Logging
import ServiceLifecycleTestKit
import ServiceRuntime
import Settings
import TestSupport

@testable import Projector

/// Workers of a projector in this process, running.
struct RunningWorkers: Sendable {
    private let registry: PrometheusCollectorRegistry
    /// What `/livez` and `/readyz` would answer from.
    let health: Health

    init(registry: PrometheusCollectorRegistry, health: Health) {
        self.registry = registry
        self.health = health
    }

    /// The value of a metric, 0 where it has none yet.
    func metric(_ name: String) -> Double {
        var text: [UInt8] = []
        self.registry.emit(into: &text)
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        let line = lines.first { $0.hasPrefix("\(name){") || $0.hasPrefix("\(name) ") }
        return line.flatMap { $0.split(separator: " ").last }.flatMap { Double($0) } ?? 0
    }
}

/// Runs one worker over the running test's database and stream for as long as `body` does, and stops it in order.
func withWorker(
    _ environment: [String: String] = [:],
    logger: Logger = .quiet,
    _ body: @escaping @Sendable (RunningWorkers) async throws -> Void
) async throws {
    let settings = try ProjectorSettings(scratch: environment)
    let sink = DatabaseSink(pool: ScratchDatabase.makePool(), settings: settings)
    try await withWorker(settings, sink: sink, logger: logger, body)
}

/// Runs one worker over `/api/internal` and the running test's stream for as long as `body` does, and stops it in order.
///
/// - Parameters:
///   - url: Where `/api/internal` is.
///   - token: The token for it.
///   - logger: What is told.
///   - body: The test.
/// - Throws: What the test throws.
func withWorker(
    api url: String,
    token: String = "secret",
    logger: Logger = .quiet,
    _ body: @escaping @Sendable (RunningWorkers) async throws -> Void
) async throws {
    let tokens = AccessTokenSource(AccessTokens(parsing: token))
    var configuration = InternalAPIConfiguration(url: url, tokens: tokens)
    configuration.maximumAttempts = 1
    let settings = try ProjectorSettings(scratch: ["NOETL_PROJECTOR_SINK": "api"])
    let sink = APISink(client: InternalAPIClient(configuration), settings: settings, logger: logger)
    try await withWorker(settings, sink: sink, logger: logger, body)
}

private func withWorker(
    _ settings: ProjectorSettings,
    sink: some EventSink,
    logger: Logger = .quiet,
    _ body: @escaping @Sendable (RunningWorkers) async throws -> Void
) async throws {
    let registry = PrometheusCollectorRegistry()
    let factory = PrometheusMetricsFactory(registry: registry)
    let health = Health(logger: logger)
    let worker = ProjectWorker(
        settings: settings,
        setup: ConsumerSetup(settings.consumer, stream: settings.stream, logger: .quiet),
        sink: sink,
        eventLog: health.addDependency(settings.sink == .api ? "internal-api" : "postgres"),
        broker: health.addDependency("nats"),
        heartbeat: health.addHeartbeat("worker"),
        metrics: ProjectorMetrics(
            stream: settings.stream,
            consumer: settings.consumer.name,
            sink: settings.sink,
            factory: factory
        ),
        logger: logger
    )
    try await testGracefulShutdown { trigger in
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            do {
                try await body(RunningWorkers(registry: registry, health: health))
                trigger.triggerGracefulShutdown()
            } catch {
                trigger.triggerGracefulShutdown()
                throw error
            }
            try await group.waitForAll()
        }
    }
    await sink.close()
}

extension ProjectorSettings {
    /// Over the running test's own database and stream.
    init(scratch environment: [String: String]) throws {
        let base = [
            "DATABASE_URL": ScratchDatabase.uri,
            "NATS_URL": ScratchStream.url,
            "NOETL_PROJECTOR_NATS_STREAM": ScratchStream.name,
            "NOETL_PROJECTOR_NATS_SUBJECT": "\(ScratchStream.prefix).>",
        ]
        try self.init(SettingsReader(environment: base.merging(environment) { $1 }))
    }
}
