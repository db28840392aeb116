import JetStream
import Outbox
import Postgres
import Settings

/// Where the operator's commands look: the variables that the services read.
struct OperatorSettings: Sendable {
    private static let natsURL = NATSConfiguration.url("NOETL_EVENT_NATS_URL")
    private static let stream = Setting<String>.text("NOETL_EVENT_NATS_STREAM", default: "NOETL_EVENTS", "The stream.")
    private static let consumer = Setting<String>.text(
        "NOETL_PROJECTOR_NATS_CONSUMER",
        default: "noetl-projector",
        "The projector's consumer."
    )

    /// The database.
    let database: PostgresConfiguration
    /// The broker.
    let nats: NATSConfiguration
    /// The stream.
    let stream: String
    /// The projector's consumer.
    let consumer: String
    /// How long a claim over HTTP lasts.
    let lease: Duration

    /// Reads the environment, with what the command line says in its place.
    ///
    /// - Throws: `SettingError`.
    init(flags: ServerFlags) throws {
        var values: [String: String] = [:]
        values["DATABASE_URL"] = flags.databaseURL
        values["NOETL_EVENT_NATS_URL"] = flags.natsURL
        values["NOETL_EVENT_NATS_STREAM"] = flags.stream
        let reader = SettingsReader(flags: values)
        self.database = try PostgresConfiguration(settings: reader, applicationName: "relayctl")
        self.nats = try NATSConfiguration(settings: reader, url: Self.natsURL, name: "relayctl")
        self.stream = try reader.value(Self.stream)
        self.consumer = try reader.value(Self.consumer)
        self.lease = try reader.value(OutboxSettings.lease)
    }
}
