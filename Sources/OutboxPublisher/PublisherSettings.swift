import InternalContract
import JetStream
import Outbox
import Postgres
import ServiceRuntime
import Settings

/// What the publisher is told.
struct PublisherSettings: Sendable {
    static let natsURL = NATSConfiguration.url("NOETL_EVENT_NATS_URL")
    static let stream = Setting<String>.text(
        "NOETL_EVENT_NATS_STREAM",
        default: "NOETL_EVENTS",
        "The stream to publish to; made where it is missing.",
        accepted: "a stream name: no blanks, dots, slashes or wildcards",
        where: { !$0.contains { $0.isWhitespace || ".*>/\\".contains($0) } }
    )
    static let subjectPrefix = Setting<String>.text(
        "NOETL_EVENT_NATS_SUBJECT_PREFIX",
        default: "noetl.events",
        "What the subjects begin with.",
        accepted: "a subject without wildcards",
        where: Subject.isPublishable
    )
    static let shardCount = Setting<Int>.integer(
        "NOETL_EVENT_NATS_SHARD_COUNT",
        default: 1,
        in: 1...4096,
        "Shards that executions are spread over; the shard is the subject's last token."
    )
    static let replicas = Setting<Int>.integer(
        "NOETL_EVENT_NATS_REPLICAS",
        default: 1,
        in: 1...5,
        "Servers that store the stream, where it is made."
    )
    static let batchSize = Setting<Int>.integer(
        "NOETL_OUTBOX_PUBLISHER_BATCH_SIZE",
        default: 1000,
        in: 1...10_000,
        "The most rows claimed at once."
    )
    static let idleSleep = Setting<Duration>.seconds(
        "NOETL_OUTBOX_PUBLISHER_IDLE_SLEEP_SECONDS",
        default: 1,
        in: 0.01...60,
        "How often an idle publisher looks for rows that no notification announced."
    )
    static let errorSleep = Setting<Duration>.seconds(
        "NOETL_OUTBOX_PUBLISHER_ERROR_SLEEP_SECONDS",
        default: 5,
        in: 0.01...300,
        "The longest pause between attempts to reach a database or broker that is away."
    )
    static let once = Setting<Bool>.boolean(
        "NOETL_OUTBOX_PUBLISHER_ONCE",
        default: false,
        "Publishes what is due, then exits with status 0."
    )
    static let maximumAttempts = Setting<Int>.integer(
        "NOETL_OUTBOX_PUBLISHER_MAX_ATTEMPTS",
        default: 20,
        in: 1...1_000_000,
        "Attempts after which a refused row is parked: FAILED until a person redrives it."
    )
    static let concurrency = Setting<Int>.integer(
        "NOETL_OUTBOX_PUBLISHER_CONCURRENCY",
        default: 2,
        in: 1...16,
        "Workers, each with a connection to the database and one to NATS."
    )
    static let source = Setting<RowSourceKind>.choice(
        "NOETL_OUTBOX_SOURCE",
        default: .database,
        "Where rows come from: database, over connections of our own, or api, over leases of /api/internal."
    )
    static let ordering = Setting<OutboxOrdering>.choice(
        "NOETL_OUTBOX_ORDERING",
        default: .execution,
        """
        Order: execution keeps that of each execution; strict also where the broker refuses one message and takes the next, \
        at one round trip per message of an execution; none keeps none, and lets no row wait for another.
        """
    )
    static let metricsAddress = ListenAddress.Keys(
        prefix: "NOETL_OUTBOX_PUBLISHER_METRICS",
        host: "0.0.0.0",
        port: 9101,
        serving: "probes and metrics"
    )

    static let all: [any SettingDescription] =
        PostgresConfiguration.settings + [Self.natsURL] + NATSConfiguration.securitySettings + [
            Self.stream, Self.subjectPrefix, Self.shardCount, Self.replicas, Self.batchSize, Self.idleSleep,
            Self.errorSleep, Self.once, Self.maximumAttempts, Self.concurrency, Self.ordering, OutboxSettings.lease,
            OutboxSettings.retention, Self.source,
        ] + InternalAPIConfiguration.settings + Self.metricsAddress.settings

    let database: PostgresConfiguration
    let nats: NATSConfiguration
    let stream: StreamConfiguration
    let subjects: EventSubject
    let batchSize: Int
    let idleSleep: Duration
    let errorSleep: Duration
    let drainsOnce: Bool
    let maximumAttempts: Int
    let concurrency: Int
    let source: RowSourceKind
    let ordering: OutboxOrdering
    let lease: Duration
    let retention: Duration
    let metricsAddress: ListenAddress

    init(_ reader: SettingsReader) throws {
        let name = "outbox-publisher"
        let prefix = try reader.value(Self.subjectPrefix)
        self.database = try PostgresConfiguration(settings: reader, applicationName: name)
        self.nats = try NATSConfiguration(settings: reader, url: Self.natsURL, name: name)
        self.stream = StreamConfiguration(
            name: try reader.value(Self.stream),
            subjects: ["\(prefix).>"],
            replicas: try reader.value(Self.replicas)
        )
        self.subjects = EventSubject(prefix: prefix, shardCount: Int64(try reader.value(Self.shardCount)))
        self.batchSize = try reader.value(Self.batchSize)
        self.idleSleep = try reader.value(Self.idleSleep)
        self.errorSleep = try reader.value(Self.errorSleep)
        self.drainsOnce = try reader.value(Self.once)
        self.maximumAttempts = try reader.value(Self.maximumAttempts)
        self.concurrency = try reader.value(Self.concurrency)
        self.source = try reader.value(Self.source)
        self.ordering = try reader.value(Self.ordering)
        self.lease = try reader.value(OutboxSettings.lease)
        self.retention = try reader.value(OutboxSettings.retention)
        self.metricsAddress = try ListenAddress(reader, Self.metricsAddress)
    }
}

extension PublisherSettings {
    /// How long a PubAck may take at most, after the last message of a batch was sent or the one before it came.
    private static let maximumAcknowledgementTimeout = Duration.seconds(5)

    /// How long a PubAck may take.
    var acknowledgementTimeout: Duration { min(Self.maximumAcknowledgementTimeout, self.lease / 4) }

    /// What the stream must be like.
    var streamRules: StreamRules {
        StreamRules(
            configuration: self.stream,
            lease: self.lease,
            retryPause: self.errorSleep
        )
    }
}
