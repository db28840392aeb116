import RawJSON
import Testing

@testable import InternalContract

struct AnswerTests {
    @Test func `answers have the members of the contract`() {
        let answers = [
            (MarkPublishedAnswer(marked: 3).json, #"{"marked":3}"#),
            (MarkFailedAnswer(isMarked: false, delaySeconds: 4).json, #"{"marked":false,"available_at_in":4}"#),
            (PendingCountAnswer(pending: 0).json, #"{"pending":0}"#),
            (ProjectAnswer(projected: 1, duplicates: 2).json, #"{"projected":1,"duplicates":2}"#),
            (ErrorAnswer("a \"word\"").json, #"{"detail":"a \"word\""}"#),
        ]
        for (json, text) in answers { #expect(String(decoding: json, as: UTF8.self) == text) }
    }

    @Test func `a payload is written byte for byte`() {
        let row = ClaimedRow(
            outboxID: 1,
            eventID: .max,
            executionID: nil,
            subject: nil,
            payloadCodec: "c",
            attempts: 2
        )
        let payload = Array(#"{"a":  1.10, "b": 1e400}"#.utf8)
        let json = ClaimAnswer.json(rowCount: 2, payloadBytes: 48) { _, json in
            payload.withUnsafeBytes { row.encode(payload: $0, into: &json) }
        }
        let text =
            #"{"outbox_id":1,"event_id":9223372036854775807,"execution_id":null,"subject":null,"#
            + #""payload":{"a":  1.10, "b": 1e400},"payload_codec":"c","attempts":2}"#
        #expect(String(decoding: json, as: UTF8.self) == #"{"rows":[\#(text),\#(text)],"claimed":2}"#)
    }

    @Test func `a fault has the shape that FastAPI gives it`() throws {
        do {
            _ = try MarkPublishedRequest(parsing: Array(#"{"outbox_ids":[1,"x"]}"#.utf8))
            Issue.record("nothing was thrown")
        } catch {
            let text =
                #"{"detail":[{"type":"int_parsing","loc":["body","outbox_ids",1],"msg":"Input should be a valid "#
                + #"integer, unable to parse string as an integer","input":"x"}]}"#
            #expect(String(decoding: error.json, as: UTF8.self) == text)
        }
    }

    @Test func `bytes that are no text are told apart`() {
        #expect(throws: RefusedBody.notUTF8) { try ClaimRequest(parsing: [0xFF]) }
    }
}
