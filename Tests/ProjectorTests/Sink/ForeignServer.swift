import RawJSON
import Synchronization
import TestSupport

/// A server of `/api/internal` that is not ours: what it has stored, and how it answers.
final class ForeignServer: Sendable {
    private struct State {
        var answer: (@Sendable (ForeignServer, _ path: String, _ body: JSONValue) -> ScriptedServer.Deed)?
        var events: [String] = []
        var letters: [String] = []
    }

    private let state = Mutex(State())

    /// The ids of the events that it stored, in order, as often as that was.
    var events: [String] { self.state.withLock { $0.events } }
    /// The bodies of the dead letters that it recorded, as Base64.
    var letters: [String] { self.state.withLock { $0.letters } }

    /// Has it answer otherwise than by storing everything.
    func setAnswer(
        _ answer: (@Sendable (ForeignServer, _ path: String, _ body: JSONValue) -> ScriptedServer.Deed)?
    ) {
        self.state.withLock { $0.answer = answer }
    }

    /// Runs it for as long as `body` does.
    static func with(_ body: (ForeignServer, ScriptedServer) async throws -> Void) async throws {
        let foreign = ForeignServer()
        try await ScriptedServer.with({ foreign.answer($0) }) { server in try await body(foreign, server) }
    }

    private func answer(_ request: String) -> ScriptedServer.Deed {
        let path = request.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        let text = request.firstRange(of: "\r\n\r\n").map { Array(request[$0.upperBound...].utf8) } ?? []
        guard let body = try? JSONDocument(parsing: text, indexingDepth: 4).root else {
            return .answer("200 OK", body: #"{"pending":0}"#)
        }
        let answer = self.state.withLock { $0.answer }
        return answer?(self, path, body) ?? self.store(path, body)
    }

    /// Stores what a request has.
    func store(_ path: String, _ body: JSONValue) -> ScriptedServer.Deed {
        if path.hasSuffix("/dead-letters") {
            let letters = body["dead_letters"]?.elements.compactMap { $0["body"]?.string } ?? []
            self.state.withLock { $0.letters += letters }
            return .answer("200 OK", body: #"{"recorded":\#(letters.count),"duplicates":0}"#)
        }
        let ids = Self.ids(body)
        self.state.withLock { $0.events += ids }
        return .answer("200 OK", body: #"{"projected":\#(ids.count),"duplicates":0}"#)
    }

    /// The ids of the events of a request.
    static func ids(_ body: JSONValue) -> [String] {
        body["events"]?.elements.compactMap { $0["event_id"]?.rawText } ?? []
    }
}
