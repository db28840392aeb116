import HTTPTypes
import HummingbirdTesting
import NIOCore
import RawJSON

/// What the API answered.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String

    init(_ response: TestResponse) {
        self.status = response.status.code
        self.headers = response.headers
        self.text = String(buffer: response.body)
    }

    /// The body as JSON.
    var json: JSONValue {
        get throws { try JSONDocument(parsing: Array(self.text.utf8), indexingDepth: 8).root }
    }

    /// The sentence of `{"detail": sentence}`.
    var detail: String? {
        get throws { try self.json["detail"]?.string }
    }

    /// The faults of `{"detail": [fault, …]}`, each as `type at loc`, such as `int_type at body.limit`.
    var faults: [String] {
        get throws {
            try (self.json["detail"]?.elements ?? self.json.elements).map { fault in
                let steps = fault["loc"].map { $0.elements.map { $0.string ?? $0.rawText } } ?? []
                return "\(fault["type"]?.string ?? "?") at \(steps.joined(separator: "."))"
            }
        }
    }

    /// The `outbox_id` of the rows that were claimed.
    var claimedIDs: [String] {
        get throws { try self.json["rows"].map { $0.elements.compactMap { $0["outbox_id"]?.rawText } } ?? [] }
    }
}
