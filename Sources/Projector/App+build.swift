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
        // One for each worker, and one for the watch.
        maximumConnections: settings.concurrency + 1,
        logger: context.logger
    )
    let metrics = ProjectorMetrics(stream: settings.stream, consumer: settings.consumer.name)
    let workers = (0..<settings.concurrency).map { number in
        ProjectWorker(
            settings: settings,
            projection: ProjectionService(pool: pool),
            database: database,
            broker: broker,
            heartbeat: context.health.addHeartbeat("worker-\(number)"),
            metrics: metrics,
            logger: context.logger
        )
    }
    let watch = DatabaseWatch(pool: pool, dependency: database, heartbeat: context.health.addHeartbeat("watch"))
    return [
        .init(service: ProbeServer(settings.metricsAddress, context), serviceName: "probes"),
        .init(service: watch, serviceName: "watch"),
        .init(
            service: ProjectorService(workers: workers, pool: pool),
            successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup,
            serviceName: "projector"
        ),
    ]
}
