import Testing

@Suite(.timeLimit(.minutes(10)))
struct UsageTests {
    @Test(arguments: [
        (["demo", "--evens", "1"], "'--evens'"),
        (["demo", "--events", "many"], "--events"),
        (["demo", "--events", "0"], "--events is 0"),
        (["demo", "--rate=-1"], "--rate is -1"),
        (["demo", "surplus"], "surplus"),
        (["migrate", "--plans"], "--plans"),
        (["mend"], "mend"),
        (["migrate", "--database-url", "postgres://["], "DATABASE_URL"),
    ])
    func `wrong usage is one sentence that names it, and status 2`(arguments: [String], name: String) async throws {
        let process = try await RelayCtlProcess.run(arguments)
        #expect(process.status == 2)
        #expect(process.output.isEmpty)
        #expect(process.errors.hasPrefix("relayctl: "))
        #expect(process.errors.contains(name))
        #expect(process.errors.split(separator: "\n").count == 1)
    }

    @Test(arguments: [
        ("DATABASE_URL", "postgres://[", "migrate"),
        ("DATABASE_URL", "postgres://[", "demo"),
        ("POSTGRES_PORT", "http", "migrate"),
        ("NATS_URL", "http://here", "demo"),
    ])
    func `an unusable setting is named, with status 2`(name: String, value: String, command: String) async throws {
        let process = try await RelayCtlProcess.run([command], environment: [name: value])
        #expect(process.status == 2)
        #expect(process.errors.contains(name))
        #expect(process.errors.split(separator: "\n").count == 1)
    }

    @Test(arguments: [[], ["--help"], ["demo", "--help"], ["migrate", "-h"]])
    func `help goes to standard output`(arguments: [String]) async throws {
        let process = try await RelayCtlProcess.run(arguments)
        #expect(process.status == 0)
        #expect(process.output.contains("USAGE: relayctl"))
        #expect(process.errors.isEmpty)
    }
}
