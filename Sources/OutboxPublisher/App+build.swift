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
    let refusals = RefusalLog(logger: context.logger)
    let workers = (0..<settings.concurrency).map { number in
        PublishWorker(
            number: number,
            settings: settings,
            database: database,
            broker: broker,
            heartbeat: context.health.addHeartbeat("worker-\(number)"),
            metrics: metrics,
            wake: wake,
            refusals: refusals,
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
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
        .init(service: ProbeServer(settings.metricsAddress, context), serviceName: "probes"),
        .init(service: watch, serviceName: "watch"),
    ]
    if settings.retention > .zero, !settings.drainsOnce {
        let retention = OutboxRetention(settings: settings, metrics: metrics, logger: context.logger)
        services.append(.init(service: retention, serviceName: "retention"))
    }
    services.append(
        .init(
            service: PublisherService(workers: workers),
            successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup,
            serviceName: "publisher"
        )
    )
    return services
}
