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
    /// How many requests may wait for one of them.
    let maximumWaitingRequests: Int
    /// What one client may take of the server.
    let connections: ConnectionLimits
    /// Which pages may call the API from a browser.
    let corsOrigins: [String]
    /// Where KEDA's external scaler is served; `nil` where it is not.
    let scaler: ScalerSettings?
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
        self.maximumWaitingRequests = try reader.value(Self.maximumWaitingRequests)
        self.connections = ConnectionLimits(
            maximumConnections: try reader.value(Self.maximumConnections),
            maximumHeaderBytes: try reader.value(Self.maximumHeaderBytes),
            requestTimeout: try reader.value(Self.requestTimeout),
            keepAlive: try reader.value(Self.keepAlive)
        )
        self.corsOrigins = (try reader.value(Self.corsOrigins) ?? "").split(separator: ",")
            .map { String($0.trimmingBlanks) }
        self.scaler = try ScalerSettings(reader)
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

    static let maximumWaitingRequests = Setting<Int>.integer(
        "NOETL_INTERNAL_API_MAX_WAITING_REQUESTS",
        default: 128,
        in: 0...100_000,
        "How many requests may wait for a connection to the database; others are told at once to come back later."
    )

    static let maximumConnections = Setting<Int>.integer(
        "NOETL_INTERNAL_API_MAX_CONNECTIONS",
        default: 1024,
        in: 1...100_000,
        "How many connections callers may have open; others are told at once to come back later."
    )

    static let maximumHeaderBytes = Setting<Int>.integer(
        "NOETL_INTERNAL_API_MAX_HEADER_BYTES",
        default: 16_384,
        in: 1024...1_048_576,
        "The longest header of a request, all fields together, in bytes."
    )

    static let requestTimeout = Setting<Duration>.seconds(
        "NOETL_INTERNAL_API_REQUEST_TIMEOUT_SECONDS",
        default: 60,
        in: 0.1...3600,
        "How long a caller may take to send a request, and again to take its answer."
    )

    static let keepAlive = Setting<Duration>.seconds(
        "NOETL_INTERNAL_API_KEEP_ALIVE_SECONDS",
        default: 75,
        in: 0.1...86_400,
        "How long a connection is kept for another request."
    )

    static let corsOrigins = Setting<String?>.optionalText(
        "NOETL_INTERNAL_API_CORS_ORIGINS",
        "Origins whose pages may call /api/internal from a browser, separated by commas, or * for all; none by default.",
        accepted: "* or origins such as https://noetl.example, separated by commas"
    ) { text in
        text.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmingBlanks).allSatisfy { origin in
            origin == "*" || origin.wholeMatch(of: /https?:\/\/[^\/\s]+/) != nil
        }
    }

    /// All of the program's own, in the order in which they are shown.
    static let all: [any SettingDescription] =
        Self.addressKeys.settings + AccessTokens.settings + [
            OutboxSettings.lease, Self.pendingCountLimit, Self.maximumBodyBytes, Self.maximumHeaderBytes,
            Self.maximumConnections, Self.requestTimeout, Self.keepAlive, Self.maximumDatabaseConnections,
            Self.maximumWaitingRequests, Self.corsOrigins,
        ] + ScalerSettings.all + PostgresConfiguration.settings
}
