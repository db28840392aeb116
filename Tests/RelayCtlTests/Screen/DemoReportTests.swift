import RawJSON
import Testing

@testable import RelayCtl

@Suite
struct DemoReportTests {
    private let access = DemoReport.Access(
        databaseURL: "postgresql://postgres@127.0.0.1:1/noetl",
        natsURL: "nats://127.0.0.1:2",
        services: [.init(name: "internal-api", url: "http://127.0.0.1:3")],
        token: "secret",
        logs: "/tmp/logs"
    )

    @Test
    func `a proof that holds is told by its claims`() {
        let text = DemoReport.sample().text
        #expect(text.contains("proof: it holds"))
        #expect(text.contains("  ✓ 6 events of 2 executions committed\n"))
        #expect(!text.contains("✗"))
    }

    @Test
    func `a proof that does not hold is told with each fault`() {
        var evidence = Evidence.faultless
        evidence.stream.removeLast()
        let text = DemoReport.sample(evidence).text
        #expect(text.contains("proof: it does NOT hold"))
        #expect(text.contains("  ✗ all of them in the stream, each once\n      1 event is not in the stream (2-15).\n"))
    }

    @Test
    func `the JSON has the verdict, the faults and the way in`() throws {
        var evidence = Evidence.faultless
        evidence.events.removeLast()
        let json = DemoReport.sample(evidence, access: self.access).json
        let root = try JSONDocument(parsing: Array(json.utf8), indexingDepth: 4).root
        #expect(root["holds"]?.bool == false)
        #expect(root["rate"]?.rawText == "2.0")
        #expect(root["access"]?["token"]?.string == "secret")
        #expect(root["access"]?["internal-api"]?.string == "http://127.0.0.1:3")
        let faults = root["proof"]?.elements.flatMap { $0["faults"]?.elements.compactMap(\.string) ?? [] }
        #expect(faults == ["1 event is not in noetl.event (1-10)."])
        #expect(root["latency_us"]?["commit_to_event"]?["p99"]?.rawText == "0")
    }

    @Test
    func `how to reach what is left running is told only where it is`() {
        #expect(DemoReport.sample().accessText == nil)
        #expect(DemoReport.sample(access: self.access).accessText?.contains("token             secret") == true)
    }
}
