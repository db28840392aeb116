import JetStream
import LocalServers
import Postgres
import Schema
import TestSupport
import Testing

/// Good messages with bad ones of many kinds among them, in a stream `NOETL_EVENTS`, and where each of them must end.
struct MixedMessages: Sendable {
    /// A kind of bad message.
    struct Fault: Sendable {
        /// Its body, for the message's index.
        let body: @Sendable (Int) -> String
        /// What its reason begins with.
        let reason: String
    }

    /// The kinds that are bad whatever columns the database has.
    static let common = [
        Fault(body: { _ in "" }, reason: "the body is empty"),
        Fault(body: { _ in "ARROW1\u{1}" }, reason: "the body is Arrow data"),
        Fault(body: { #"{"event_id": \#($0)"# }, reason: "the body is not JSON"),
        Fault(body: { _ in #"{"status": "x"}"# }, reason: "event_id is required"),
        Fault(
            body: { #"{"event_id": \#($0), "catalog_id": 1, "result": {"status": 5}}"# },
            reason: "the event breaks the constraint"
        ),
        Fault(body: { #"{"event_id": \#($0), "catalog_id": 99}"# }, reason: "the event names a catalog_id"),
        Fault(body: { #"{"event_id": \#($0), "error": "\u0000"}"# }, reason: "error holds U+0000"),
        Fault(
            body: { #"{"event_id": \#($0)000000000000000000000}"# },
            reason: "event_id must be an integer within 64 bits"
        ),
        Fault(body: { #"{"event_id": \#($0), "duration": 1e999}"# }, reason: "duration must be a finite number"),
        Fault(
            body: { #"{"event_id": \#($0), "catalog_id": 1, "context": {"a": 1e200000}}"# },
            reason: "the event holds a value"
        ),
    ]

    /// The kinds that are bad where the columns are filled that not every database has.
    static let extra = [
        Fault(
            body: { #"{"event_id": \#($0), "current_index": 4294967296}"# },
            reason: "current_index must be an integer within 32 bits"
        )
    ]

    /// How many messages there are.
    let count: Int
    /// One of so many is bad.
    let spacing: Int
    /// The kinds of bad ones.
    let faults: [Fault]

    init(count: Int, spacing: Int = 100, faults: [Fault] = Self.common + Self.extra) {
        self.count = count
        self.spacing = spacing
        self.faults = faults
    }

    /// Lends servers that no other test uses: a NoETL database that was there before, and a stream with the messages.
    func withServers(_ body: (Relay, LocalPostgres, NATSConnection) async throws -> Void) async throws {
        try await Relay.withOwnServers { relay, postgres, nats in
            let database = try await relay.connect()
            try await database.run(script: ExistingSchema.current.sql)
            try await Migrator(database, logger: .quiet).migrate()
            let broker = try await NATSConnection.connect(.testing(nats.url))
            try await self.publish(on: broker)
            try await body(relay, postgres, broker)
        }
    }

    /// Makes the stream and the consumer, and publishes the messages.
    private func publish(on broker: NATSConnection) async throws {
        try await broker.addStream(StreamConfiguration(name: "NOETL_EVENTS", subjects: ["noetl.events.>"]))
        // What a dead process had comes again after the consumer's wait, half a minute by default.
        try await broker.addConsumer(
            ConsumerConfiguration(name: "noetl-projector", acknowledgementWait: .seconds(2)),
            stream: "NOETL_EVENTS"
        )
        let publisher = try await broker.makePublisher()
        for start in stride(from: 0, to: self.count, by: 1000) {
            let count = min(1000, self.count - start)
            let outcomes = await publisher.publish(count, timeout: .seconds(60)) { index, draft in
                try draft.write(self.body(start + index), to: "noetl.events.default.default.1.0")
            }
            for (index, outcome) in outcomes.enumerated() {
                guard case .acknowledged(let sequence, false) = outcome, sequence == UInt64(start + index + 1) else {
                    Issue.record("message \(start + index): \(outcome)")
                    return
                }
            }
        }
    }

    /// How many messages the consumer still owes.
    static func owed(_ broker: NATSConnection) async throws -> Int {
        let info = try await broker.consumerInfo(stream: "NOETL_EVENTS", consumer: "noetl-projector")
        return info.map { Int($0.pending) + $0.acknowledgementsPending } ?? Int.max
    }

    /// Whether the consumer has delivered everything and had it acknowledged.
    static func isDone(_ broker: NATSConnection) async throws -> Bool {
        try await Self.owed(broker) == 0
    }

    /// Expects each good message to be an event, each bad one a dead letter, and nothing else.
    func expectEverythingOnce(_ relay: Relay) async throws {
        let database = try await relay.connect()
        // The database came with an event of its own.
        let stored = try await database.texts("SELECT event_id FROM noetl.event WHERE execution_id <> 5")
        let expected = (0..<self.count).filter { !self.isBad($0) }
        #expect(stored.count == expected.count)
        #expect(Set(stored) == Set(expected.map(String.init)))
        let letters = try await database.query(
            "SELECT stream_sequence, reason FROM noetl.event_dead_letter ORDER BY stream_sequence"
        )
        let bad = (0..<self.count).filter(self.isBad)
        try #require(letters.rowCount == bad.count)
        for (row, index) in bad.enumerated() {
            #expect(try letters.requiredInteger(row: row, column: 0) == Int64(index + 1))
            let reason = letters.text(row: row, column: 1) ?? ""
            #expect(reason.hasPrefix(self.fault(index).reason), "\(reason)")
        }
    }

    private func isBad(_ index: Int) -> Bool { index % self.spacing == self.spacing / 3 }

    private func fault(_ index: Int) -> Fault { self.faults[(index / self.spacing) % self.faults.count] }

    private func body(_ index: Int) -> String {
        guard !self.isBad(index) else { return self.fault(index).body(index) }
        // Some have no catalog entry, which this database asks for.
        let catalog = index.isMultiple(of: 7) ? "" : #""catalog_id": 1, "#
        return #"{"event_id": \#(index), "execution_id": \#((index % 50) << 23), \#(catalog)"node_name": "n"}"#
    }
}
