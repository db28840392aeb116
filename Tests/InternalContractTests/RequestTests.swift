import Testing

@testable import InternalContract

struct RequestTests {
    @Test func `a claim has defaults`() throws {
        let request = try ClaimRequest(parsing: Array("{}".utf8))
        #expect(request.limit == 100)
        #expect(!request.isOrdered)
    }

    @Test(arguments: [
        ("true", true), ("false", false), ("1", true), ("0", false), (#""True""#, true), (#""FALSE""#, false),
        (#"" 1 ""#, true), ("1.0", true),
    ])
    func `ordered is taken in the forms of a truth value`(text: String, value: Bool) throws {
        #expect(try ClaimRequest(parsing: Array(#"{"ordered":\#(text)}"#.utf8)).isOrdered == value)
    }

    @Test(arguments: ["null", "2", #""yes""#, "[]", #""""#])
    func `ordered must be a truth value`(text: String) {
        #expect(throws: RefusedBody.self) { try ClaimRequest(parsing: Array(#"{"ordered":\#(text)}"#.utf8)) }
    }

    @Test func `a failed mark has defaults`() throws {
        let request = try MarkFailedRequest(parsing: Array(#"{"outbox_id":"-5","error":""}"#.utf8))
        #expect(request.outboxID == -5)
        #expect(request.error == "")
        #expect(request.attempts == 1)
        #expect(request.maximumDelaySeconds == 300)
        #expect(!request.isParked)
        #expect(request.claimedAttempts == nil)
    }

    @Test(arguments: [("null", nil), ("1", 1), (#"" 7 ""#, 7)] as [(String, Int64?)])
    func `the attempts of a claim go with a failed mark`(text: String, value: Int64?) throws {
        let body = #"{"outbox_id":1,"error":"","claimed_attempts":\#(text)}"#
        let request = try MarkFailedRequest(parsing: Array(body.utf8))
        #expect(request.claimedAttempts == value)
        #expect(request.attempts == 1)
        #expect(try MarkFailedRequest(parsing: request.json) == request)
    }

    @Test func `integers are exact to the ends of 64 bits`() throws {
        let body = #"{"outbox_ids":[9223372036854775807,-9223372036854775808,"9223372036854775807",9007199254740993]}"#
        let request = try MarkPublishedRequest(parsing: Array(body.utf8))
        #expect(request.outboxIDs == [.max, .min, .max, 9_007_199_254_740_993])
    }

    @Test func `a hundred faults are enough`() throws {
        let body = #"{"outbox_ids":["# + Array(repeating: "null", count: 5000).joined(separator: ",") + "]}"
        do {
            _ = try MarkPublishedRequest(parsing: Array(body.utf8))
            Issue.record("nothing was thrown")
        } catch {
            guard case .invalid(let faults) = error else { throw error }
            #expect(faults.count == RefusedBody.maximumFaults)
        }
    }

    @Test func `a hundred faults are enough where one element has several`() throws {
        // Three fields are missing from each, and a hundred is no multiple of three.
        let letters = Array(repeating: #"{"stream":"S","sequence":1}"#, count: 5000)
        let body = #"{"dead_letters":["# + letters.joined(separator: ",") + "]}"
        do {
            _ = try DeadLettersRequest(parsing: Array(body.utf8))
            Issue.record("nothing was thrown")
        } catch {
            guard case .invalid(let faults) = error else { throw error }
            #expect(faults.count == RefusedBody.maximumFaults)
        }
    }
}
