import InternalContract
import JetStream
import Postgres
import ServiceLifecycle
import ServiceRuntime
import Settings
import Waiting

/// Makes the publisher's services.
///
/// Connects to nothing.
///
/// - Throws: `SettingError`.
func buildServices(_ context: ServiceContext) throws -> [ServiceGroupConfiguration.ServiceConfiguration] {
    let settings = try PublisherSettings(context.settings)
    let probes = ProbeServer(settings.metricsAddress, context)
    return [.init(service: probes, serviceName: "probes")]
        + (try settings.source == .api ? buildAPIServices(settings, context) : buildDatabaseServices(settings, context))
}

/// The publisher over connections of its own.
private func buildDatabaseServices(
    _ settings: PublisherSettings,
    _ context: ServiceContext
) -> [ServiceGroupConfiguration.ServiceConfiguration] {
    let database = context.health.addDependency("postgres")
    let metrics = PublisherMetrics(stream: settings.stream.name)
    let wake = WorkSignal()
    let watch = OutboxWatch(
        settings: settings,
        database: database,
        heartbeat: context.health.addHeartbeat("watch"),
        wake: wake,
        logger: context.logger
    )
    let logger = context.logger
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = [.init(service: watch, serviceName: "watch")]
    if settings.retention > .zero, !settings.drainsOnce {
        let retention = OutboxRetention(settings: settings, metrics: metrics, logger: logger)
        services.append(.init(service: retention, serviceName: "retention"))
    }
    return services + [
        buildWorkers(settings, context, origin: database, metrics: metrics, wake: wake) { executor in
            let connection = try await PostgresConnection.connect(settings.database, logger: logger, on: executor)
            return try await DatabaseSource(connection: connection, settings: settings)
        }
    ]
}

/// The publisher over leases, without a connection to the database.
private func buildAPIServices(
    _ settings: PublisherSettings,
    _ context: ServiceContext
) throws -> [ServiceGroupConfiguration.ServiceConfiguration] {
    let configuration = try InternalAPIConfiguration(
        settings: context.settings,
        logger: context.logger,
        requiredBy: "\(PublisherSettings.source.name)=api"
    )
    let client = InternalAPIClient(configuration)
    let server = context.health.addDependency("internal-api")
    let wake = WorkSignal()
    let watch = PendingWatch(
        settings: settings,
        client: client,
        server: server,
        heartbeat: context.health.addHeartbeat("watch"),
        wake: wake
    )
    let metrics = PublisherMetrics(stream: settings.stream.name)
    return [
        .init(service: watch, serviceName: "watch"),
        buildWorkers(settings, context, origin: server, metrics: metrics, wake: wake) { _ in
            // A server that is away is known before the first claim, which would count as an attempt.
            _ = try await client.pendingCount()
            return APISource(client: client, settings: settings)
        },
    ]
}

private func buildWorkers<Source: RowSource>(
    _ settings: PublisherSettings,
    _ context: ServiceContext,
    origin: Dependency,
    metrics: PublisherMetrics,
    wake: WorkSignal,
    openSource: @escaping @Sendable (QueueExecutor) async throws -> Source
) -> ServiceGroupConfiguration.ServiceConfiguration {
    let broker = context.health.addDependency("nats")
    let refusals = RefusalLog(logger: context.logger)
    let workers = (0..<settings.concurrency).map { number in
        PublishWorker(
            number: number,
            settings: settings,
            openSource: openSource,
            origin: origin,
            broker: broker,
            heartbeat: context.health.addHeartbeat("worker-\(number)"),
            metrics: metrics,
            wake: wake,
            refusals: refusals,
            logger: context.logger
        )
    }
    return .init(
        service: PublisherService(workers: workers),
        successTerminationBehavior: .gracefullyShutdownGroup,
        failureTerminationBehavior: .gracefullyShutdownGroup,
        serviceName: "publisher"
    )
}
