import Postgres
import Synchronization
import TestSupport
import Testing

@testable import EventLog

struct IsolationTests {
    @Test(arguments: [1, 2, 3, 7, 10, 100, 999, 1000])
    func `k bad members of n are found, and the others stored once, in at most 2k(log₂(n/k) + 2) attempts`(
        count: Int
    ) async throws {
        for bad in [1, 2, 3, 10, count / 10, count / 2, count] where (1...count).contains(bad) {
            for _ in 0..<5 {
                let members = Set((0..<count).shuffled().prefix(bad))
                var stored: [Int] = []
                var isolation = Isolation<String> { part in
                    guard members.isDisjoint(with: part) else { return "refused" }
                    stored += part
                    return nil
                }
                try await isolation.isolate(0..<count)
                #expect(Set(isolation.refused.map(\.index)) == members)
                #expect(stored.count == count - bad)
                #expect(Set(stored) == Set(0..<count).subtracting(members))
                let levels = (1...).first { 1 << $0 >= (count + bad - 1) / bad } ?? 0
                #expect(isolation.attempts <= 2 * bad * (levels + 2), "\(bad) of \(count)")
            }
        }
    }

    @Test
    func `members that are refused only together are stored one by one`() async throws {
        var stored: [Int] = []
        var isolation = Isolation<String> { part in
            guard part.count < 3 else { return "too many" }
            stored += part
            return nil
        }
        try await isolation.isolate(0..<10)
        #expect(isolation.refused.isEmpty)
        #expect(stored == Array(0..<10))
    }

    @Test(.scratchDatabase)
    func `an isolation gives a sign of life with each attempt, and a good batch none`() async throws {
        let signs = Atomic(0)
        let good = (1...8).map { #"{"event_id": \#($0)}"# }
        _ = try await Projecting.project(good.map { Array($0.utf8) }) { signs.add(1, ordering: .relaxed) }
        #expect(signs.load(ordering: .relaxed) == 0)
        let bad = (11...18).map { #"{"event_id": \#($0), "status": "\#(String(repeating: "x", count: 300))"}"# }
        try await ScratchDatabase.connect().query(
            "ALTER TABLE noetl.event ADD CONSTRAINT short CHECK (length(status) < 100)"
        )
        let outcome = try await Projecting.project(bad.map { Array($0.utf8) }) { signs.add(1, ordering: .relaxed) }
        #expect(outcome.deadLetters == 8)
        #expect(signs.load(ordering: .relaxed) >= 8)
    }

    /// Has a sequence count inserts, also those that are undone, as it does not go back.
    private static let countInserts = """
        CREATE SEQUENCE inserts;
        CREATE FUNCTION count_inserts() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM nextval('inserts'); RETURN NULL; END $$;
        CREATE TRIGGER count_inserts BEFORE INSERT ON noetl.event
            FOR EACH STATEMENT EXECUTE FUNCTION count_inserts();
        CREATE TRIGGER count_inserts BEFORE INSERT ON noetl.event_dead_letter
            FOR EACH STATEMENT EXECUTE FUNCTION count_inserts()
        """

    @Test(
        .scratchDatabase,
        .timeLimit(.minutes(10)),
        arguments: [[500], [0, 999], [3, 4, 500, 501, 900], Array(100..<110)]
    )
    func `the server sees as many inserts as that for a batch of a thousand`(bad: [Int]) async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: Self.countInserts)
        let bodies = (0..<1000).map { number in
            bad.contains(number) ? #"{"event_id": \#(number), "result": {}}"# : #"{"event_id": \#(number)}"#
        }
        let outcome = try await Projecting.project(bodies)
        #expect(outcome == .init(projected: 1000 - bad.count, deadLetters: bad.count))
        let inserts = try await connection.integer("SELECT last_value FROM inserts")
        // 1000 / k is below 2^10, 2^9, 2^8 and 2^7; the batch itself and the dead letters are one each.
        let levels = (1...).first { 1 << $0 >= 1000 / bad.count } ?? 0
        #expect(inserts <= Int64(2 * bad.count * (levels + 2) + 2))
        #expect(inserts > 2)
    }

    @Test(.scratchDatabase, .timeLimit(.minutes(10)))
    func `a batch in which all is well, or what is not cannot be read, is one statement for each table`() async throws {
        let connection = try await ScratchDatabase.connect()
        try await connection.run(script: Self.countInserts)
        let bodies = (0..<1000).map { $0 % 3 == 0 ? "bad" : #"{"event_id": \#($0)}"# }
        #expect(try await Projecting.project(bodies) == .init(projected: 666, deadLetters: 334))
        #expect(try await connection.integer("SELECT last_value FROM inserts") == 2)
    }
}
