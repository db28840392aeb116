import HTTPTypes
import RawJSON
import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct ObserverTests {
    @Test func `requests are timed by route, method and status`() async throws {
        try await API.with { api in
            _ = try await api.claim()
            _ = try await api.claim("[]")
            _ = try await api.send(.put, Endpoint.claim.path)
            _ = try await api.send(.get, "/some/path")
            let lines = try await api.send(.get, "/metrics").text.split(separator: "\n")
            for labels in [
                (Endpoint.claim.path, "POST", "200"), (Endpoint.claim.path, "POST", "422"),
                (Endpoint.claim.path, "other", "405"), ("none", "other", "404"),
            ] {
                let found = lines.contains { line in
                    line.hasPrefix("http_server_request_duration_seconds_count{") && line.hasSuffix(" 1")
                        && line.contains(#"route="\#(labels.0)""#) && line.contains(#"method="\#(labels.1)""#)
                        && line.contains(#"status="\#(labels.2)""#)
                }
                #expect(found, "\(labels)")
            }
            #expect(lines.contains { $0.hasPrefix("noetl_internal_api_connections ") && !$0.hasSuffix(" 0") })
        }
    }

    @Test func `each request to the API has a line in the log, with its name, trace, executions and duration`()
        async throws
    {
        let log = try await API.with { api in
            try await api.database.addRows(1...2)
            var headers = HTTPFields()
            headers[try #require(HTTPField.Name("X-Request-Id"))] = "request-7"
            headers[try #require(HTTPField.Name("traceparent"))] = Self.trace
            #expect(try await api.send(.post, Endpoint.claim.path, "{}", headers: headers).status == 200)
            let events = (1...13).map { #"{"event_id":\#($0),"execution_id":\#(100 + $0 % 12)}"# }
            #expect(try await api.project(#"{"events":[\#(events.joined(separator: ","))]}"#).status == 200)
            _ = try await api.markPublished(#"{"outbox_ids":[1,2,3]}"#)
            _ = try await api.claim("[]")
            _ = try await api.send(.get, "/livez")
            _ = try await api.send(.get, "/nothing")
        }
        let lines = try log.map { try JSONDocument(parsing: Array($0.utf8), indexingDepth: 1).root }
            .filter { $0["message"]?.string == "Answered" }
        let paths = [Endpoint.claim, .project, .markPublished, .claim].map(\.path)
        #expect(lines.compactMap { $0["url.path"]?.string } == paths)
        #expect(lines.map { $0["http.response.status_code"]?.string } == ["200", "200", "200", "422"])
        #expect(lines.map { $0["http.request.method"]?.string } == ["POST", "POST", "POST", "POST"])
        #expect(lines[0]["request.id"]?.string == "request-7")
        #expect(lines[0]["trace.id"]?.string == "0af7651916cd43dd8448eb211c80319c")
        #expect(lines[0]["execution.id"]?.string == "501,502")
        #expect(lines[0]["count"]?.string == "2")
        #expect(lines[1]["execution.id"]?.string == "101,102,103,104,105,106,107,108,109,110,… 2 more")
        #expect(lines[1]["count"]?.string == "13")
        #expect(lines[1]["trace.id"] == nil)
        #expect(lines[2]["count"]?.string == "3" && lines[2]["execution.id"] == nil)
        #expect(lines[3]["count"] == nil)
        for line in lines {
            #expect(line["request.id"]?.string?.isEmpty == false)
            #expect(line["duration"]?.string?.contains("seconds") == true)
        }
        #expect(!log.joined().contains(API.token))
    }

    private static let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
}
