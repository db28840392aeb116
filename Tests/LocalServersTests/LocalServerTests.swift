import Testing

@testable import LocalServers

@Suite(.timeLimit(.minutes(10)))
struct LocalServerTests {
    @Test
    func `a port that somebody else was faster to take is given up for another`() async throws {
        let guardian = try await Guardian.start(name: "fake", account: .own, endSignal: "TERM")
        var ports: [Int] = []
        let server = try await LocalServer.startOnFreePort { port in
            ports.append(port)
            let isTaken = ports.count < 3
            return LocalServer(
                guardian: guardian,
                port: port,
                command: isTaken ? ["sh", "-c", "echo 'bind: Address already in use'; exit 1"] : ["sleep", "600"],
                isReady: { _ in !isTaken }
            )
        }
        #expect(ports.count == 3)
        #expect(server.port == ports.last)
        await guardian.close()
    }

    @Test
    func `any other failure is final`() async throws {
        let guardian = try await Guardian.start(name: "fake", account: .own, endSignal: "TERM")
        await #expect(throws: LocalServerError.ended(server: "fake", status: 1, log: "out of luck\n")) {
            _ = try await LocalServer.startOnFreePort { port in
                LocalServer(
                    guardian: guardian,
                    port: port,
                    command: ["sh", "-c", "echo 'out of luck'; exit 1"],
                    isReady: { _ in false }
                )
            }
        }
        await guardian.close()
    }
}
