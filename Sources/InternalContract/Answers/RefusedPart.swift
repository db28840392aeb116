import RawJSON

/// One thing that a server found wrong with a request, as a client reads it.
package struct RefusedPart: Hashable, Sendable {
    /// What kind of fault it is, in FastAPI's words.
    package let type: String
    /// Where it is, from the body on, such as `["events", "3", "event_id"]`.
    package let location: [String]
    /// The server's sentence.
    package let message: String
    /// The SQLSTATE, where it was the database that refused it and the server says so.
    package let sqlState: String?

    /// The event it is about, for a fault of `POST events/project` that names one.
    package var eventIndex: Int? {
        self.location.first == "events" && self.location.count > 1 ? Int(self.location[1]) : nil
    }

    /// Reads `{"type", "loc": ["body", …], "msg"}`, and `sqlstate` of a `ctx` where there is one.
    init?(_ fault: JSONValue) {
        guard let location = fault["loc"], let message = fault["msg"]?.string else { return nil }
        self.type = fault["type"]?.string ?? ""
        self.location = location.elements.dropFirst().map { $0.string ?? $0.rawText }
        self.message = message
        self.sqlState = fault["ctx"]?["sqlstate"]?.string
    }
}
