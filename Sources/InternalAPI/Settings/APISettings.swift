import InternalContract
import Outbox
import Postgres
import ServiceRuntime
import Settings

/// What the program is told by its environment and command line.
struct APISettings {
    /// Where to listen.
    let address: ListenAddress
    /// How long a claim lasts.
    let lease: Duration
    /// The number at which the pending count stops.
    let pendingCountLimit: Int
    /// The longest body that is read.
    let maximumBodyBytes: Int
    /// How many connections to the database there are at most.
    let maximumDatabaseConnections: Int
    /// Where the database is.
    let database: PostgresConfiguration

    /// Reads the settings.
    ///
    /// - Throws: `SettingError`.
    init(_ reader: SettingsReader) throws {
        self.address = try ListenAddress(reader, Self.addressKeys)
        self.lease = try reader.value(OutboxSettings.lease)
        self.pendingCountLimit = try reader.value(Self.pendingCountLimit)
        self.maximumBodyBytes = try reader.value(Self.maximumBodyBytes)
        self.maximumDatabaseConnections = try reader.value(Self.maximumDatabaseConnections)
        self.database = try PostgresConfiguration(settings: reader, applicationName: "noetl-internal-api")
    }
}

extension APISettings {
    static let addressKeys = ListenAddress.Keys(
        prefix: "NOETL_INTERNAL_API",
        host: "127.0.0.1",
        port: 8085,
        serving: "/api/internal, probes and metrics"
    )

    static let pendingCountLimit = Setting<Int>.integer(
        "NOETL_OUTBOX_PENDING_COUNT_LIMIT",
        default: 1_000_000,
        in: 1...1_000_000_000,
        "The number at which the pending count stops counting."
    )

    static let maximumBodyBytes = Setting<Int>.integer(
        "NOETL_INTERNAL_API_MAX_BODY_BYTES",
        default: 64 * 1024 * 1024,
        in: 1024...1_073_741_824,
        "The longest request body that is read, in bytes."
    )

    static let maximumDatabaseConnections = Setting<Int>.integer(
        "NOETL_INTERNAL_API_MAX_DATABASE_CONNECTIONS",
        default: 8,
        in: 1...1000,
        "How many connections to the database are open at most."
    )

    /// All of the program's own, in the order in which they are shown.
    static let all: [any SettingDescription] =
        Self.addressKeys.settings + AccessTokens.settings + [
            OutboxSettings.lease, Self.pendingCountLimit, Self.maximumBodyBytes, Self.maximumDatabaseConnections,
        ] + PostgresConfiguration.settings
}
