import EventLog
import Hummingbird
import InternalContract
import Outbox
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// The parts of the program, wired and not yet running.
struct APIParts {
    /// Answers requests.
    let responder: APIResponder
    /// Looks after the database.
    let database: DatabaseService
    private let server: APIServer
    private let scaler: ScalerServer?

    /// Makes the parts.
    ///
    /// Connects to nothing.
    ///
    /// - Throws: `SettingError`.
    init(_ context: ServiceContext) throws {
        let settings = try APISettings(context.settings)
        let tokens = try AccessTokenSource(settings: context.settings, logger: context.logger)
        let pool = PostgresPool(
            settings.database,
            maximumConnections: settings.maximumDatabaseConnections,
            maximumWaiters: settings.maximumWaitingRequests,
            logger: context.logger
        )
        let state = DatabaseState(context.health.addDependency("postgres"))
        let outbox = OutboxService(
            pool: pool,
            lease: settings.lease,
            pendingCountLimit: Int64(settings.pendingCountLimit)
        )
        let reader = RequestReader(maximumBytes: settings.maximumBodyBytes)
        let router = Router(context: APIContext.self)
        ProbeRoutes(health: context.health, registry: context.registry).add(to: router)
        let contract = router.group()
            .add(middleware: Authentication(tokens: tokens))
            .add(middleware: DatabaseErrors(state: state, logger: context.logger))
        let pendingCount = SharedPendingCount { try await state.observing { try await outbox.pendingRows() } }
        OutboxHandlers(outbox: outbox, pendingCount: pendingCount, reader: reader).add(to: contract)
        EventHandlers(
            events: EventService(pool: pool),
            deadLetters: DeadLetterService(pool: pool),
            reader: reader
        ).add(to: contract)
        self.responder = APIResponder(
            router: router.buildResponder(),
            observer: RequestObserver(logger: context.logger),
            cors: CORSPolicy(origins: settings.corsOrigins)
        )
        self.database = DatabaseService(
            pool: pool,
            state: state,
            heartbeat: context.health.addHeartbeat("database check")
        )
        self.server = APIServer(
            address: settings.address,
            responder: self.responder,
            limits: settings.connections,
            context: context
        )
        self.scaler = settings.scaler.map { scaler in
            let service = ScalerService(
                pendingCount: pendingCount,
                bell: PendingBell(settings.database, logger: context.logger)
            )
            let handler = ScalerHandler(service: service, logger: context.logger)
            return ScalerServer(settings: scaler, handler: handler, logger: context.logger)
        }
    }

    /// What the process runs; the servers stop before what they need.
    var services: [ServiceGroupConfiguration.ServiceConfiguration] {
        [.init(service: self.database), .init(service: self.server)] + (self.scaler.map { [.init(service: $0)] } ?? [])
    }
}
