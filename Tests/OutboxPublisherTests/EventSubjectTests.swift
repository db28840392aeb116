import Testing

@testable import OutboxPublisher

struct EventSubjectTests {
    @Test(
        arguments: [
            (nil, "default"), ("", "default"), ("default", "default"), ("acme", "acme"), ("Acme_1-x", "Acme_1-x"),
            ("a.b", "a-b"), ("a . b", "a-b"), (" a ", "a"), ("--a--", "a"), ("*", "default"), (">", "default"),
            ("ü", "default"), ("aüb", "a-b"), ("a\r\nPUB x", "a-PUB-x"), ("-", "default"),
        ] as [(String?, String)]
    )
    func `a token is what a subject can hold of a value`(value: String?, token: String) {
        #expect(EventSubject.token(value) == token)
    }

    @Test func `a subject names tenant, organization, execution and shard`() {
        let subjects = EventSubject(prefix: "noetl.events", shardCount: 4)
        #expect(
            subjects.subject(tenant: nil, organization: "acme", executionID: 10) == "noetl.events.default.acme.10.2"
        )
        #expect(
            subjects.subject(tenant: "t", organization: nil, executionID: nil) == "noetl.events.t.default.none.0"
        )
        #expect(
            subjects.subject(tenant: nil, organization: nil, executionID: .min)
                == "noetl.events.default.default.9223372036854775808.0"
        )
    }
}
