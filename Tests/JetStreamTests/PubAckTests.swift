import TestSupport
import Testing

@testable import JetStream

struct PubAckTests {
    @Test(
        arguments: [
            (#"{"stream":"EVENTS", "seq":1}"#, 1),
            (#"{"stream":"EVENTS","seq":18014398509481984}"#, 18_014_398_509_481_984),
            (#"{"seq": 7, "stream":"EVENTS"}"#, 7), (#"{"stream":"EVENTS","domain":"hub","seq":12}"#, 12),
            (#"{"stream":"\"seq\":5}","seq":6}"#, 6),
        ] as [(String, UInt64)]
    )
    func `an acknowledgement tells the place in the stream`(body: String, sequence: UInt64) {
        #expect(Self.outcome(body).sequence == sequence)
        #expect(Self.outcome(body).word == "acknowledged")
    }

    @Test(
        arguments: [
            #"{"stream":"EVENTS","seq":3,"duplicate": true}"#,
            #"{"duplicate":true,"stream":"EVENTS","seq":3,"domain":""}"#,
        ]
    )
    func `a duplicate is one`(body: String) {
        #expect(Self.outcome(body).sequence == 3)
        #expect(Self.outcome(body).word == "duplicate")
    }

    @Test
    func `an error is a refusal with its code and text`() {
        let outcome = Self.outcome(
            #"{"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"},"stream":"EVENTS","seq":0}"#
        )
        #expect(outcome.word == "refused")
        #expect(outcome.error?.jetStreamCode == 10077)
        #expect(outcome.error?.message == "maximum messages exceeded")
    }

    @Test(
        arguments: [
            "", "{}", "seq", "[1]", #"{"seq":}"#, #"{"stream":"EVENTS"}"#, "{\"seq\":9", #""seq":5}"#,
            #"{"seq":123456789012345678901234567890}"#, #"{"seq":"x"}"#, "}", "\u{0}",
        ]
    )
    func `anything else leaves open what became of the message`(body: String) {
        #expect(Self.outcome(body).word == "unknown")
    }

    private static func outcome(_ body: String) -> PublishOutcome {
        Array(body.utf8).withUnsafeBytes { PubAck.outcome($0) }
    }
}
