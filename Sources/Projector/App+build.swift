import InternalContract
import JetStream
import Logging
import Postgres
import ServiceLifecycle
import ServiceRuntime
import Settings

/// Makes the projector's services.
///
/// Connects to nothing.
///
/// - Throws: `SettingError`.
func buildServices(_ context: ServiceContext) throws -> [ServiceGroupConfiguration.ServiceConfiguration] {
    let settings = try ProjectorSettings(context.settings)
    let probes = ProbeServer(settings.metricsAddress, context)
    return [.init(service: probes, serviceName: "probes")]
        + (try settings.sink == .api ? buildAPIServices(settings, context) : buildDatabaseServices(settings, context))
}

/// The projector over connections of its own.
private func buildDatabaseServices(
    _ settings: ProjectorSettings,
    _ context: ServiceContext
) -> [ServiceGroupConfiguration.ServiceConfiguration] {
    let pool = PostgresPool(
        settings.database,
        // One for each worker, and one for the watch and the partitions each.
        maximumConnections: settings.concurrency + 2,
        logger: context.logger
    )
    let sink = DatabaseSink(pool: pool, settings: settings)
    let partitions = PartitionTask(pool: pool, retention: settings.retention, logger: context.logger)
    return buildProjector(
        settings,
        context,
        sink: sink,
        eventLog: "postgres",
        others: [
            .init(service: partitions, serviceName: "partitions")
        ]
    )
}

/// The projector over `/api/internal`, without a connection to the database.
private func buildAPIServices(
    _ settings: ProjectorSettings,
    _ context: ServiceContext
) throws -> [ServiceGroupConfiguration.ServiceConfiguration] {
    var configuration = try InternalAPIConfiguration(
        settings: context.settings,
        logger: context.logger,
        requiredBy: "\(ProjectorSettings.sink.name)=api"
    )
    if settings.retention != nil {
        context.logger.warning(
            "\(ProjectorSettings.retention.name) has no effect with \(ProjectorSettings.sink.name)=api, use relayctl partitions"
        )
    }
    // One for each worker and one for the watch; who tries again are they.
    configuration.maximumConnections = settings.concurrency + 1
    configuration.maximumAttempts = 1
    let client = InternalAPIClient(configuration)
    let sink = APISink(client: client, settings: settings, logger: context.logger)
    return buildProjector(settings, context, sink: sink, eventLog: "internal-api")
}

/// The others are what else uses the connections of the sink.
private func buildProjector(
    _ settings: ProjectorSettings,
    _ context: ServiceContext,
    sink: some EventSink,
    eventLog name: String,
    others: [ServiceGroupConfiguration.ServiceConfiguration] = []
) -> [ServiceGroupConfiguration.ServiceConfiguration] {
    let eventLog = context.health.addDependency(name)
    let broker = context.health.addDependency("nats")
    let metrics = ProjectorMetrics(stream: settings.stream, consumer: settings.consumer.name, sink: settings.sink)
    let setup = ConsumerSetup(settings.consumer, stream: settings.stream, logger: context.logger)
    let workers = (0..<settings.concurrency).map { number in
        ProjectWorker(
            settings: settings,
            setup: setup,
            sink: sink,
            eventLog: eventLog,
            broker: broker,
            heartbeat: context.health.addHeartbeat("worker-\(number)"),
            metrics: metrics,
            logger: context.logger
        )
    }
    let watch = SinkWatch(
        sink: sink,
        eventLog: eventLog,
        heartbeat: context.health.addHeartbeat("watch"),
        metrics: metrics
    )
    // The last is stopped first: the watch closes the sink when nobody else uses it any more.
    return [.init(service: watch, serviceName: "watch")] + others + [
        .init(
            service: ProjectorService(workers: workers),
            successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup,
            serviceName: "projector"
        )
    ]
}
