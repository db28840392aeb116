import InternalContract
import RawJSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ClientTests {
    @Test func `each call sends what the contract asks for, and reads what it answers`() async throws {
        let rows =
            #"{"rows":[{"outbox_id":1,"event_id":9223372036854775807,"execution_id":null,"subject":"s","#
            + #""payload": {"n": 1.10, "meta": {"traceparent": "t"}} ,"payload_codec":"c","attempts":2}],"claimed":1}"#
        try await ScriptedServer.with([
            .answer("200 OK", body: rows), .answer("200 OK", body: #"{"marked":2}"#),
            .answer("200 OK", body: #"{"marked":true,"available_at_in":4}"#),
            .answer("200 OK", body: #"{"marked":true,"available_at_in":null}"#),
            .answer("200 OK", body: #"{"pending":7}"#), .answer("200 OK", body: #"{"projected":1,"duplicates":1}"#),
            .answer("200 OK", body: #"{"recorded":1,"duplicates":0}"#),
        ]) { server in
            let client = server.client()
            let claimed = try await client.claim(limit: 5, isOrdered: true)
            let row = ClaimedRow(
                outboxID: 1,
                eventID: .max,
                executionID: nil,
                subject: "s",
                payloadCodec: "c",
                attempts: 2
            )
            #expect(claimed.rows == [row])
            #expect(claimed.payloads.map(\.rawText) == [#"{"n": 1.10, "meta": {"traceparent": "t"}}"#])
            #expect(claimed.payloads[0]["meta"]?["traceparent"]?.string == "t")
            #expect(try await client.markPublished([1, 2], claimedAttempts: [3, 4]) == 2)
            let failed = try await client.markFailed(1, error: "ü\"", attempts: 3, maximumDelaySeconds: 9)
            #expect(failed == MarkFailedAnswer(isMarked: true, delaySeconds: 4))
            let parked = try await client.markFailed(1, error: "", attempts: 3, isParked: true)
            #expect(parked == MarkFailedAnswer(isMarked: true, delaySeconds: nil))
            #expect(try await client.pendingCount() == 7)
            let events = [#"{"event_id": 1, "context": {"n": 1e400}}"#, #"{"event_id":2}"#].map { Array($0.utf8) }
            #expect(try await client.project(events) == ProjectAnswer(projected: 1, duplicates: 1))
            let letter = DeadLettersRequest.Letter(
                stream: "S",
                sequence: .max,
                subject: "a.b",
                headers: nil,
                body: [0, 255, 10],
                reason: "\"why\"",
                sqlState: "23503"
            )
            let recorded = try await client.recordDeadLetters([letter])
            #expect(recorded == DeadLettersAnswer(recorded: 1, duplicates: 0))
            let bodies = server.requests.map { $0.split(separator: "\r\n\r\n").dropFirst().joined() }
            #expect(
                bodies == [
                    #"{"limit":5,"ordered":true}"#, #"{"outbox_ids":[1,2],"claimed_attempts":[3,4]}"#,
                    #"{"outbox_id":1,"claimed_attempts":3,"error":"ü\"","attempts":3,"max_delay_seconds":9}"#,
                    #"{"outbox_id":1,"claimed_attempts":3,"error":"","attempts":3,"max_delay_seconds":300,"park":true}"#,
                    "",
                    #"{"events":[{"event_id": 1, "context": {"n": 1e400}},{"event_id":2}]}"#,
                    #"{"dead_letters":[{"stream":"S","sequence":9223372036854775807,"subject":"a.b","headers":null,"#
                        + #""body":"AP8K","reason":"\"why\"","sqlstate":"23503"}]}"#,
                ]
            )
            let lines = server.requests.compactMap { $0.split(separator: "\r\n").first.map(String.init) }
            #expect(
                lines == [
                    "POST /api/internal/outbox/claim HTTP/1.1", "POST /api/internal/outbox/mark-published HTTP/1.1",
                    "POST /api/internal/outbox/mark-failed HTTP/1.1", "POST /api/internal/outbox/mark-failed HTTP/1.1",
                    "GET /api/internal/outbox/pending-count HTTP/1.1", "POST /api/internal/events/project HTTP/1.1",
                    "POST /api/internal/events/dead-letters HTTP/1.1",
                ]
            )
            #expect(server.requests.allSatisfy { $0.contains("\r\nAuthorization: Bearer first\r\n") })
        }
    }

    @Test(arguments: [ScriptedServer.Deed.hangUp, .answer("503 Busy", headers: ["Retry-After: 0"], body: "")])
    func `only what may be sent twice is sent again`(deed: ScriptedServer.Deed) async throws {
        try await ScriptedServer.with([deed]) { server in
            let client = server.client()
            let calls: [(ContractRoute, () async throws -> Void)] = [
                (.claim, { _ = try await client.claim(limit: 1) }),
                (.markPublished, { try await client.markPublished([1]) }),
                (.markFailed, { try await client.markFailed(1, error: "", attempts: 1) }),
                (.pendingCount, { _ = try await client.pendingCount() }),
                (.project, { try await client.project([Array("{}".utf8)]) }),
                (.deadLetters, { try await client.recordDeadLetters([]) }),
            ]
            for (route, call) in calls {
                let before = server.requests.count
                let error = await #expect(throws: InternalAPIError.self) { try await call() }
                #expect(error?.isRetryable == true)
                #expect(server.requests.count - before == (route.isIdempotent ? 3 : 1), "\(route)")
            }
        }
    }

    @Test func `a call that was sent again returns the later answer`() async throws {
        try await ScriptedServer.with([
            .hangUp, .answer("503 Away", headers: ["Retry-After: 0"], body: #"{"detail":"x"}"#),
            .answer("200 OK", body: #"{"pending":3}"#),
        ]) { server in
            let count = try await server.client().pendingCount()
            #expect(count == 3)
        }
    }

    @Test func `a refusal is not tried again and says what was refused`() async throws {
        let body =
            #"{"detail":[{"type":"missing","loc":["body","events",3,"event_id"],"msg":"event 3","input":null},"#
            + #"{"type":"value_error","loc":["body","events",5],"msg":"event 5","input":null,"ctx":{"sqlstate":"23503"}}]}"#
        try await ScriptedServer.with([
            .answer("422 No", body: body), .answer("403 No", body: #"{"detail":"The Bearer token is not valid."}"#),
        ]) { server in
            let refused = await #expect(throws: InternalAPIError.self) {
                try await server.client().project([Array("{}".utf8)])
            }
            #expect(refused?.isDataError == true && refused?.isRetryable == false && refused?.status == 422)
            #expect(refused?.parts.map(\.eventIndex) == [3, 5])
            #expect(refused?.parts.map(\.type) == ["missing", "value_error"])
            #expect(refused?.parts.map(\.sqlState) == [nil, "23503"])
            #expect(refused?.isOutcomeUnknown == false)
            let unknown = await #expect(throws: InternalAPIError.self) { try await server.client().pendingCount() }
            #expect(unknown?.isRetryable == false && unknown?.isDataError == false)
            #expect(unknown?.message == "The Bearer token is not valid.")
            #expect(server.requests.count == 2)
        }
    }

    @Test func `no answer in time is told from no server`() async throws {
        try await ScriptedServer.with([.ignore]) { server in
            let error = await #expect(throws: InternalAPIError.self) {
                _ = try await server.client(timeout: .milliseconds(100)).claim(limit: 1)
            }
            #expect(error?.code == .interrupted && error?.isOutcomeUnknown == true)
        }
        // Port 1 is privileged and nobody's.
        let client = InternalAPIClient(
            InternalAPIConfiguration(url: "http://127.0.0.1:1", tokens: AccessTokenSource(AccessTokens(parsing: "t")))
        )
        let error = await #expect(throws: InternalAPIError.self) { _ = try await client.claim(limit: 1) }
        #expect(error?.code == .unreachable && error?.isOutcomeUnknown == false && error?.isRetryable == true)
    }

    @Test func `an answer whose end does not come in time is interrupted`() async throws {
        // The head ends in the status, and what follows it is the beginning of a longer body.
        let head = "200 OK\r\nContent-Length: 1000\r\n\r\n{\"rows\":["
        try await ScriptedServer.with([.answer(head, body: "")]) { server in
            let error = await #expect(throws: InternalAPIError.self) {
                _ = try await server.client(timeout: .seconds(1)).claim(limit: 1)
            }
            #expect(error?.code == .interrupted && error?.isOutcomeUnknown == true)
            // Nor does one who gives up wait for it.
            let before = server.requests.count
            let client = server.client()
            let call = Task { try await client.claim(limit: 1) }
            try await eventually { server.requests.count > before }
            call.cancel()
            await #expect(throws: CancellationError.self) { _ = try await call.value }
        }
    }

    @Test(arguments: ["", "[]", "{}", #"{"rows":[{"outbox_id":1}]}"#, #"{"rows":[{"outbox_id":1.5,"event_id":1}]}"#])
    func `an answer that is none is said to be`(body: String) async throws {
        try await ScriptedServer.with([.answer("200 OK", body: body)]) { server in
            let error = await #expect(throws: InternalAPIError.self) { _ = try await server.client().claim(limit: 1) }
            #expect(error?.code == .unexpectedAnswer && error?.isRetryable == false)
        }
    }

    @Test func `a longer answer than is wanted is not read`() async throws {
        let body = #"{"pending":1,"x":""# + String(repeating: "x", count: 100_000) + #""}"#
        try await ScriptedServer.with([.answer("200 OK", body: body)]) { server in
            var configuration = server.configuration()
            configuration.maximumAnswerBytes = 1000
            let client = InternalAPIClient(configuration)
            let error = await #expect(throws: InternalAPIError.self) { _ = try await client.pendingCount() }
            #expect(error?.code == .unexpectedAnswer)
        }
    }

    @Test func `without a token nothing is sent`() async throws {
        try await ScriptedServer.with([.ignore]) { server in
            let client = InternalAPIClient(
                InternalAPIConfiguration(url: server.url, tokens: AccessTokenSource(AccessTokens(parsing: " , ")))
            )
            let error = await #expect(throws: InternalAPIError.self) { _ = try await client.pendingCount() }
            #expect(error?.code == .noToken && error?.isRetryable == false)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `a cancelled call ends as cancelled`() async throws {
        try await ScriptedServer.with([.ignore]) { server in
            let client = server.client()
            let call = Task { try await client.pendingCount() }
            while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            call.cancel()
            await #expect(throws: CancellationError.self) { _ = try await call.value }
        }
    }

    @Test func `the trace context travels along`() async throws {
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        try await ScriptedServer.with([.answer("200 OK", body: #"{"pending":1}"#)]) { server in
            let client = server.client()
            try await TraceContext.$current.withValue(TraceContext(parent: parent, state: "a=b")) {
                _ = try await client.pendingCount()
            }
            _ = try await client.pendingCount()
            let requests = server.requests
            #expect(requests[0].contains("\r\ntraceparent: \(parent)\r\ntracestate: a=b\r\n"))
            #expect(!requests[1].contains("traceparent"))
        }
    }
}

extension ScriptedServer {
    fileprivate func configuration(timeout: Duration = .seconds(60)) -> InternalAPIConfiguration {
        var configuration = InternalAPIConfiguration(
            url: self.url + "/",
            tokens: AccessTokenSource(AccessTokens(parsing: "first,second"))
        )
        configuration.timeout = timeout
        configuration.maximumPause = .milliseconds(1)
        return configuration
    }

    fileprivate func client(timeout: Duration = .seconds(60)) -> InternalAPIClient {
        InternalAPIClient(self.configuration(timeout: timeout))
    }
}
