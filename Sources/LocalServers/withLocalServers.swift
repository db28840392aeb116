/// Starts a PostgreSQL server, lends it to `body`, and shuts it down however `body` ends.
///
/// - Throws: ``LocalServerError``, and what `body` throws.
package func withLocalPostgres<Result>(
    _ configuration: LocalPostgresConfiguration = .init(),
    _ body: (LocalPostgres) async throws -> Result
) async throws -> Result {
    let server = try await LocalPostgres.start(configuration)
    do {
        let result = try await body(server)
        await server.shutdown()
        return result
    } catch {
        await server.shutdown()
        throw error
    }
}

/// Starts a NATS server, lends it to `body`, and shuts it down however `body` ends.
///
/// - Throws: ``LocalServerError``, and what `body` throws.
package func withLocalNATS<Result>(
    _ configuration: LocalNATSConfiguration = .init(),
    _ body: (LocalNATS) async throws -> Result
) async throws -> Result {
    let server = try await LocalNATS.start(configuration)
    do {
        let result = try await body(server)
        await server.shutdown()
        return result
    } catch {
        await server.shutdown()
        throw error
    }
}

/// Starts a PgBouncer in front of a PostgreSQL server, lends it to `body`, and shuts it down however `body` ends.
///
/// - Throws: ``LocalServerError``, and what `body` throws.
package func withLocalPgBouncer<Result>(
    over postgres: LocalPostgres,
    connections: Int,
    _ body: (LocalPgBouncer) async throws -> Result
) async throws -> Result {
    let pooler = try await LocalPgBouncer.start(over: postgres, connections: connections)
    do {
        let result = try await body(pooler)
        await pooler.shutdown()
        return result
    } catch {
        await pooler.shutdown()
        throw error
    }
}
