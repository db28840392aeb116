import EventLog
import JetStream
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// Makes the projector's services.
///
/// Connects to nothing.
///
/// - Throws: `SettingError`.
func buildServices(_ context: ServiceContext) throws -> [ServiceGroupConfiguration.ServiceConfiguration] {
    let settings = try ProjectorSettings(context.settings)
    let database = context.health.addDependency("postgres")
    let broker = context.health.addDependency("nats")
    let pool = PostgresPool(
        settings.database,
        // One for each worker, and one for the watch and the partitions each.
        maximumConnections: settings.concurrency + 2,
        logger: context.logger
    )
    let metrics = ProjectorMetrics(stream: settings.stream, consumer: settings.consumer.name)
    let projection = ProjectionService(pool: pool)
    let setup = ConsumerSetup(settings.consumer, stream: settings.stream, logger: context.logger)
    let workers = (0..<settings.concurrency).map { number in
        ProjectWorker(
            settings: settings,
            setup: setup,
            projection: projection,
            database: database,
            broker: broker,
            heartbeat: context.health.addHeartbeat("worker-\(number)"),
            metrics: metrics,
            logger: context.logger
        )
    }
    let watch = DatabaseWatch(
        pool: pool,
        dependency: database,
        heartbeat: context.health.addHeartbeat("watch"),
        metrics: metrics
    )
    let partitions = PartitionTask(pool: pool, retention: settings.retention, logger: context.logger)
    return [
        .init(service: ProbeServer(settings.metricsAddress, context), serviceName: "probes"),
        .init(service: watch, serviceName: "watch"),
        .init(service: partitions, serviceName: "partitions"),
        .init(
            service: ProjectorService(workers: workers, pool: pool),
            successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup,
            serviceName: "projector"
        ),
    ]
}
