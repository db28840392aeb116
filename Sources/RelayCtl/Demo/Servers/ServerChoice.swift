import JetStream
import Postgres
import Settings

/// Which servers a demo uses: those that the environment names, else throwaway ones.
struct ServerChoice: Sendable {
    /// The database of `DATABASE_URL`; `nil` for a server of the demo's own.
    let database: PostgresConfiguration?
    /// The servers of `NATS_URL`; `nil` for a server of the demo's own.
    let nats: NATSConfiguration?

    private static let natsURL = NATSConfiguration.url("NATS_URL")

    /// Reads `DATABASE_URL`, `NATS_URL` and what belongs to them.
    ///
    /// - Throws: `SettingError`.
    init(settings: SettingsReader) throws {
        let hasDatabase = try settings.value(PostgresConfiguration.url) != nil
        let hasNATS = try settings.value(Setting<String?>.optionalText("NATS_URL", "")) != nil
        self.database =
            hasDatabase ? try PostgresConfiguration(settings: settings, applicationName: Self.applicationName) : nil
        self.nats =
            hasNATS ? try NATSConfiguration(settings: settings, url: Self.natsURL, name: Self.applicationName) : nil
    }

    /// What is done about the servers, as a phrase.
    var description: String {
        let database = self.database == nil ? "starting a PostgreSQL" : "using the database of DATABASE_URL"
        let nats = self.nats == nil ? "starting a nats-server" : "using the NATS of NATS_URL"
        return "\(database), \(nats)"
    }

    /// What servers call the demo's connections.
    static let applicationName = "relayctl demo"
}
