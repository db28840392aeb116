import AsyncHTTPClient
import HTTPTypes
import NIOCore
import NIOHTTP1
import RawJSON

/// What the API answered.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let bytes: [UInt8]

    init(_ response: HTTPClientResponse) async throws {
        self.status = Int(response.status.code)
        var headers = HTTPFields()
        for (name, value) in response.headers {
            if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
        }
        self.headers = headers
        self.bytes = Array(buffer: try await response.body.collect(upTo: 1 << 30))
    }

    /// The body as text.
    var text: String { String(decoding: self.bytes, as: UTF8.self) }

    /// The body as JSON.
    var json: JSONValue {
        get throws { try JSONDocument(parsing: self.bytes, indexingDepth: 8).root }
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
