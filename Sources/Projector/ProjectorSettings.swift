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
    static let maximumAcknowledgementsPending = Setting<Int>.integer(
        "NOETL_PROJECTOR_NATS_MAX_ACK_PENDING",
        default: 20_000,
        in: 1...1_000_000,
        "Messages that may be out and not acknowledged, over all replicas, where the consumer is made."
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
    static let metricsAddress = ListenAddress.Keys(
        prefix: "NOETL_PROJECTOR_METRICS",
        host: "0.0.0.0",
        port: 9102,
        serving: "probes and metrics"
    )

    static let all: [any SettingDescription] =
        PostgresConfiguration.settings + [Self.natsURL] + NATSConfiguration.securitySettings + [
            Self.stream, Self.subject, Self.consumer, Self.maximumAcknowledgementsPending, Self.fetchTimeout,
            Self.batchSize, Self.concurrency,
        ] + Self.metricsAddress.settings

    let database: PostgresConfiguration
    let nats: NATSConfiguration
    let stream: String
    let consumer: ConsumerConfiguration
    let fetchTimeout: Duration
    let batchSize: Int
    let concurrency: Int
    let metricsAddress: ListenAddress

    init(_ reader: SettingsReader) throws {
        let name = "projector"
        self.database = try PostgresConfiguration(settings: reader, applicationName: name)
        self.nats = try NATSConfiguration(settings: reader, url: Self.natsURL, name: name)
        self.stream = try reader.value(Self.stream)
        self.consumer = ConsumerConfiguration(
            name: try reader.value(Self.consumer),
            filterSubject: try reader.value(Self.subject),
            maximumAcknowledgementsPending: try reader.value(Self.maximumAcknowledgementsPending)
        )
        self.fetchTimeout = try reader.value(Self.fetchTimeout)
        self.batchSize = try reader.value(Self.batchSize)
        self.concurrency = try reader.value(Self.concurrency)
        self.metricsAddress = try ListenAddress(reader, Self.metricsAddress)
    }

    /// What JetStream accepts as the name of a stream or consumer.
    private static let isName: @Sendable (String) -> Bool = { name in
        !name.contains { $0.isWhitespace || ".*>/\\".contains($0) }
    }
}
