/// One PostgreSQL and one NATS server for the whole process, started when first asked for.
///
/// They end with the process. Since everybody uses them, nobody may stop them: a test of an outage starts its own.
/// Whoever needs isolation makes a database or a stream of its own name.
package enum SharedLocalServers {
    private static let sharedPostgres = StartedOnce {
        try await LocalPostgres.start(LocalPostgresConfiguration(settings: ["max_connections": "400"]))
    }

    private static let sharedNATS = StartedOnce {
        try await LocalNATS.start()
    }

    /// Returns the shared PostgreSQL server, which is not durable and takes 400 connections.
    ///
    /// - Throws: ``LocalServerError``; the next caller tries again.
    package static func postgres() async throws -> LocalPostgres {
        try await self.sharedPostgres.value()
    }

    /// Returns the shared NATS server.
    ///
    /// - Throws: ``LocalServerError``; the next caller tries again.
    package static func nats() async throws -> LocalNATS {
        try await self.sharedNATS.value()
    }
}
