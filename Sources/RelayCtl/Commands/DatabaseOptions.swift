import ArgumentParser
import Postgres
import Settings

/// Which database a command works on.
struct DatabaseOptions: ParsableArguments {
    @Option(name: .customLong("database-url"), help: "PostgreSQL connection string, in place of DATABASE_URL.")
    var databaseURL: String?

    /// Reads where the database is.
    ///
    /// - Throws: `SettingError`.
    func configuration() throws -> PostgresConfiguration {
        let settings = SettingsReader(flags: self.databaseURL.map { ["DATABASE_URL": $0] } ?? [:])
        return try PostgresConfiguration(settings: settings, applicationName: "relayctl")
    }

    /// Lends a pool of one connection to the database for as long as `body` runs.
    ///
    /// - Throws: `SettingError`; what `body` throws.
    func withPool<Result>(_ body: (PostgresPool) async throws -> Result) async throws -> Result {
        let pool = PostgresPool(try self.configuration(), maximumConnections: 1, logger: .quiet)
        do {
            let result = try await body(pool)
            await pool.close()
            return result
        } catch {
            await pool.close()
            throw error
        }
    }
}
