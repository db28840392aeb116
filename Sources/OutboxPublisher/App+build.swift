import JetStream
import ServiceLifecycle
import ServiceRuntime
import Waiting

/// Makes the publisher's services.
///
/// Connects to nothing.
///
/// - Throws: `SettingError`.
func buildServices(_ context: ServiceContext) throws -> [ServiceGroupConfiguration.ServiceConfiguration] {
    let settings = try PublisherSettings(context.settings)
    let database = context.health.addDependency("postgres")
    let broker = context.health.addDependency("nats")
    let metrics = PublisherMetrics(stream: settings.stream.name)
    let wake = WakeSignal()
    let workers = (0..<settings.concurrency).map { number in
        PublishWorker(
            number: number,
            settings: settings,
            database: database,
            broker: broker,
            heartbeat: context.health.addHeartbeat("worker-\(number)"),
            metrics: metrics,
            wake: wake,
            logger: context.logger
        )
    }
    let watch = OutboxWatch(
        settings: settings,
        database: database,
        heartbeat: context.health.addHeartbeat("watch"),
        wake: wake,
        logger: context.logger
    )
    return [
        .init(service: ProbeServer(settings.metricsAddress, context), serviceName: "probes"),
        .init(service: watch, serviceName: "watch"),
        .init(
            service: PublisherService(workers: workers),
            successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup,
            serviceName: "publisher"
        ),
    ]
}
