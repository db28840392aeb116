import EventLog
import JetStream
import Logging
import Postgres
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
    _ body: @escaping @Sendable (RunningWorkers) async throws -> Void
) async throws {
    let registry = PrometheusCollectorRegistry()
    let factory = PrometheusMetricsFactory(registry: registry)
    let settings = try ProjectorSettings(scratch: environment)
    let health = Health(logger: .quiet)
    let pool = ScratchDatabase.makePool()
    let worker = ProjectWorker(
        settings: settings,
        setup: ConsumerSetup(settings.consumer, stream: settings.stream, logger: .quiet),
        projection: ProjectionService(pool: pool),
        database: health.addDependency("postgres"),
        broker: health.addDependency("nats"),
        heartbeat: health.addHeartbeat("worker"),
        metrics: ProjectorMetrics(stream: settings.stream, consumer: settings.consumer.name, factory: factory),
        logger: .quiet
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
    await pool.close()
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
