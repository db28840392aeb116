import InMemoryLogging
import Logging
import Postgres
import Schema
import TestSupport
import Testing

@testable import Projector

@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct PartitionTaskTests {
    @Test
    func `partitions are made, and what cannot be done is said once`() async throws {
        let owner = try await ScratchDatabase.connect()
        try await owner.run(script: ExistingSchema.current.sql)
        let role = "guest_\(ScratchDatabase.name)"
        try await owner.run(script: "CREATE ROLE \(role) LOGIN; GRANT USAGE ON SCHEMA noetl TO \(role)")
        let log = InMemoryLogHandler()
        let logger = Logger(label: "tests") { _ in log }
        var said: Set<String> = []

        let guestURI = ScratchDatabase.uri.replacing("postgres@", with: "\(role)@")
        let guests = PostgresPool(
            .testing(guestURI),
            maximumConnections: 1,
            logger: .quiet
        )
        let guest = PartitionTask(pool: guests, retention: nil, logger: logger)
        try await guest.runOnce(&said)
        try await guest.runOnce(&said)
        #expect(log.entries.map(\.level) == [.warning])
        #expect("\(log.entries[0].metadata)".contains("belongs to postgres"))

        let owners = ScratchDatabase.makePool()
        try await PartitionTask(pool: owners, retention: nil, logger: logger).runOnce(&said)
        #expect(log.entries.map(\.level) == [.warning] + Array(repeating: .info, count: 5))
        try await guest.runOnce(&said)
        #expect(log.entries.count == 6)
        await guests.close()
        await owners.close()
        try await owner.run(script: "DROP OWNED BY \(role); DROP ROLE \(role)")
    }
}
