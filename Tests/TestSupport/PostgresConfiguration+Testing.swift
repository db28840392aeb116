package import Postgres

extension PostgresConfiguration {
    /// How a test connects: it waits for as long as a busy machine takes to answer.
    package static func testing(_ connectionString: String) -> Self {
        Self(connectionString: connectionString, applicationName: "tests", connectTimeout: .seconds(60))
    }
}
