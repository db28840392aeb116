import Foundation
import Logging
import ServiceRuntime
import Synchronization
import Testing

struct JSONLogHandlerTests {
    /// Logs one line and returns it as JSON.
    private func line(_ log: (Logger) -> Void) throws -> [String: String] {
        let written = Mutex<[[UInt8]]>([])
        let handler = JSONLogHandler(label: "projector") { line in written.withLock { $0.append(line) } }
        log(Logger(label: "projector") { _ in handler })
        let lines = written.withLock { $0 }
        #expect(lines.count == 1)
        #expect(lines.first?.last == UInt8(ascii: "\n"))
        let object = try JSONSerialization.jsonObject(with: Data(lines.joined()))
        return try #require(object as? [String: String])
    }

    @Test func `a line is one JSON object with its metadata beside the message`() throws {
        let line = try self.line { logger in
            var logger = logger
            logger[metadataKey: "nats.stream"] = "S"
            logger.warning("Messages became dead letters", metadata: ["count": "3"])
        }
        #expect(line["level"] == "warning")
        #expect(line["logger"] == "projector")
        #expect(line["message"] == "Messages became dead letters")
        #expect(line["nats.stream"] == "S")
        #expect(line["count"] == "3")
    }

    @Test func `the time is UTC as RFC 3339 writes it`() throws {
        let time = try #require(try self.line { $0.info("now") }["time"])
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil)
    }

    @Test func `line breaks and quotes stay within the line`() throws {
        let line = try self.line { $0.info("a\nb \"c\"", metadata: ["error": "x\r\ny\u{0}"]) }
        #expect(line["message"] == "a\nb \"c\"")
        #expect(line["error"] == "x\r\ny\u{0}")
    }

    @Test func `an error is written under its key`() throws {
        let line = try self.line { $0.error("failed", error: CancellationError()) }
        #expect(line["error"] == "CancellationError()")
    }
}
