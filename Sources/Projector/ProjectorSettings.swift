import InternalContract
import JetStream
import Postgres
import ServiceRuntime
import Settings

/// What the projector is told.
struct ProjectorSettings: Sendable {
    static let natsURL = NATSConfiguration.url("NOETL_PROJECTOR_NATS_URL")
    static let stream = Setting<String>.text(
        "NOETL_PROJECTOR_NATS_STREAM",
        default: "NOETL_EVENTS",
        "The stream to read.",
        accepted: "a stream name: no blanks, dots, slashes or wildcards",
        where: isName
    )
    static let subject = Setting<String>.text(
        "NOETL_PROJECTOR_NATS_SUBJECT",
        default: "noetl.events.>",
        "Which of its subjects to project, where the consumer is made.",
        accepted: "a subject, with wildcards where wanted",
        where: { !$0.contains(where: \.isWhitespace) }
    )
    static let consumer = Setting<String>.text(
        "NOETL_PROJECTOR_NATS_CONSUMER",
        default: "noetl-projector",
        "The durable consumer that replicas share; made where it is missing.",
        accepted: "a consumer name: no blanks, dots, slashes or wildcards",
        where: isName
    )
    static let maximumAcknowledgementsPending = Setting<Int?>.optionalInteger(
        "NOETL_PROJECTOR_NATS_MAX_ACK_PENDING",
        shown: "20 batches for each worker",
        in: 1...1_000_000,
        "Messages that may be out and not acknowledged, over all replicas, where the consumer is made."
    )
    static let maximumInFlight = Setting<Int?>.optionalInteger(
        "NOETL_PROJECTOR_MAX_INFLIGHT",
        shown: "two batches for each worker",
        in: 1...1_000_000,
        "Messages that this process may have and not have acknowledged; fewer make smaller batches."
    )
    static let fetchTimeout = Setting<Duration>.seconds(
        "NOETL_PROJECTOR_FETCH_TIMEOUT_SECONDS",
        default: 1,
        in: 0.1...30,
        "How long a pull waits for its first message."
    )
    static let batchSize = Setting<Int>.integer(
        "NOETL_PROJECTOR_BATCH_SIZE",
        default: 1000,
        in: 1...10_000,
        "The most messages projected at once."
    )
    static let concurrency = Setting<Int>.integer(
        "NOETL_PROJECTOR_CONCURRENCY",
        default: 2,
        in: 1...16,
        "Workers, each with a connection to the database and one to NATS."
    )
    static let sink = Setting<EventSinkKind>.choice(
        "NOETL_PROJECTOR_SINK",
        default: .database,
        "Where events go: database, over connections of our own, or api, over /api/internal."
    )
    static let retention = Setting<Duration>.seconds(
        "NOETL_EVENT_RETENTION_SECONDS",
        default: 0,
        in: 0...1e10,
        "Age at which a partition of noetl.event is dropped, once it has no younger event; 0 keeps all. Not with api as sink."
    )
    static let metricsAddress = ListenAddress.Keys(
        prefix: "NOETL_PROJECTOR_METRICS",
        host: "0.0.0.0",
        port: 9102,
        serving: "probes and metrics"
    )

    static let all: [any SettingDescription] =
        PostgresConfiguration.settings + [Self.natsURL] + NATSConfiguration.securitySettings + [
            Self.stream, Self.subject, Self.consumer, Shard.id, Shard.count, Shard.published,
            Self.maximumAcknowledgementsPending, Self.maximumInFlight, Self.fetchTimeout, Self.batchSize,
            Self.concurrency, Self.retention, Self.sink,
        ] + InternalAPIConfiguration.settings + Self.metricsAddress.settings

    let database: PostgresConfiguration
    let nats: NATSConfiguration
    let stream: String
    let consumer: ConsumerConfiguration
    let fetchTimeout: Duration
    /// The most messages to pull at once.
    let pullLimit: Int
    let shard: Shard
    let concurrency: Int
    let sink: EventSinkKind
    /// How long events are kept; `nil` for ever.
    let retention: Duration?
    let metricsAddress: ListenAddress

    init(_ reader: SettingsReader) throws {
        let name = "projector"
        self.database = try PostgresConfiguration(settings: reader, applicationName: name)
        self.nats = try NATSConfiguration(settings: reader, url: Self.natsURL, name: name)
        self.stream = try reader.value(Self.stream)
        let subject = try reader.value(Self.subject)
        self.shard = try Shard(reader).toldApart(by: subject, publishedShards: try reader.value(Shard.published))
        self.concurrency = try reader.value(Self.concurrency)
        self.sink = try reader.value(Self.sink)
        let batchSize = try reader.value(Self.batchSize)
        // A worker has a batch that it writes and one that was sent ahead.
        let inFlight = try reader.value(Self.maximumInFlight) ?? 2 * batchSize * self.concurrency
        self.pullLimit = max(1, min(batchSize, inFlight / (2 * self.concurrency)))
        self.consumer = ConsumerConfiguration(
            name: self.shard.consumer(try reader.value(Self.consumer)),
            filterSubject: self.shard.filter(of: subject),
            acknowledgementWait: Self.acknowledgementWait(batchSize: self.pullLimit),
            maximumAcknowledgementsPending: try reader.value(Self.maximumAcknowledgementsPending)
                ?? Self.maximumAcknowledgementsPending(batchSize: self.pullLimit, workers: self.concurrency)
        )
        let retention = try reader.value(Self.retention)
        self.retention = retention > .zero ? retention : nil
        self.fetchTimeout = try reader.value(Self.fetchTimeout)
        self.metricsAddress = try ListenAddress(reader, Self.metricsAddress)
    }

    /// How long the messages of a process that died stay with it.
    ///
    /// A living one says in time that it is still at work, so this need not cover a database that is slow or away. It
    /// covers what can hold a message up unseen: two batches read at no more than 100 messages a second, which is a
    /// process that is short of processor time, beside ten seconds in which the broker may be away.
    static func acknowledgementWait(batchSize: Int) -> Duration {
        .seconds(10) + .milliseconds(10) * (2 * batchSize)
    }

    /// How many messages may be out over all replicas.
    ///
    /// A worker has up to two batches, so this leaves room for ten times the workers of this process: replicas that are
    /// added later find a consumer that has them wait for nobody. It bounds what comes again after a crash of them all.
    static func maximumAcknowledgementsPending(batchSize: Int, workers: Int) -> Int {
        min(1_000_000, max(1000, 20 * batchSize * workers))
    }

    /// What JetStream accepts as the name of a stream or consumer.
    private static let isName: @Sendable (String) -> Bool = { name in
        !name.contains { $0.isWhitespace || ".*>/\\".contains($0) }
    }
}
