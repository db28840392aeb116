import JetStream
import TestSupport
import Testing

struct SubjectTests {
    @Test(arguments: ["a", "a.b.c", "$JS.API", "ünïcode.x", "a-b_c.0", "a:b/c"])
    func `a subject of tokens between dots can be published to`(subject: String) {
        #expect(Subject.isPublishable(subject))
    }

    @Test(
        arguments: [
            "", ".", "a.", ".a", "a..b", "a b", " a", "a\t", "a\r\nPUB x 0", "a\0b", "a.*", "*", "a.>", "a\u{7f}",
            "a*b", String(repeating: "a", count: Subject.maximumBytes + 1),
        ]
    )
    func `a subject with empty tokens, blanks, wildcards or control characters cannot`(subject: String) {
        #expect(!Subject.isPublishable(subject))
        #expect(NATSError(.invalidSubject, subject).isRetryable == false)
    }

    @Test(
        arguments: [
            ("a.b", "a.b", true), ("a.b", "a.*", true), ("a.b", "*.b", true), ("a.b.c", "a.>", true), ("a", ">", true),
            ("a.b", "a", false), ("a", "a.b", false), ("a", "a.>", false), ("a.b.c", "a.*", false),
            ("a.b", "a.c", false), ("ab", "a", false), ("a.>", "a.>", true), ("a.b.>", "a.>", true),
            ("a.*", "a.*", true), ("a.*", "a.>", true), ("a.>", "a.*", false), ("a.>", "a.b", false), ("*", "a", false),
        ]
    )
    func `a filter matches what NATS says it matches`(subject: String, filter: String, isMatch: Bool) {
        #expect(Subject.matches(subject, filter: filter) == isMatch)
    }

    @Test(
        arguments: [
            "$JS.ACK.STREAM.consumer.1.42.7.1700000000000000000.3",
            "$JS.ACK.domain.hash.STREAM.consumer.1.42.7.1700000000000000000.3",
            "$JS.ACK._.hash.STREAM.consumer.1.42.7.1700000000000000000.3.random",
        ]
    )
    func `an acknowledgement subject says the stream's sequence, with or without a domain`(subject: String) {
        let position = StreamPosition(sequence: 42, nanoseconds: 1_700_000_000_000_000_000)
        #expect(AcknowledgementSubject(subject)?.position == position)
        #expect(AcknowledgementSubject(subject)?.deliveries == 1)
    }

    @Test(arguments: ["", "_INBOX.a.1", "$JS.ACK.STREAM.consumer.1.x.7.1.3", "$JS.ACK.STREAM.consumer.1"])
    func `another subject is no acknowledgement subject`(subject: String) {
        #expect(AcknowledgementSubject(subject) == nil)
    }
}
