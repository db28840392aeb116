import LocalServers
import Logging
import Postgres

@testable import RelayCtl

/// Makes an empty database, lends a connection to it and its URL, and drops it.
func withEmptyDatabase(_ body: (PostgresConnection, String) async throws -> Void) async throws {
    let server = try await SharedLocalServers.postgres()
    let name = "relayctl_\(String.randomHex(digits: 12))"
    let administration = try await connect(server.uri())
    try await administration.query(Statement("CREATE DATABASE \(name)"))
    let connection = try await connect(server.uri(database: name))
    try await body(connection, server.uri(database: name))
    await connection.close()
    try await administration.query(Statement("DROP DATABASE \(name) WITH (FORCE)"))
}

private func connect(_ url: String) async throws -> PostgresConnection {
    try await PostgresConnection.connect(
        PostgresConfiguration(connectionString: url, applicationName: "tests", connectTimeout: .seconds(60)),
        logger: .quiet
    )
}
