import HTTPTypes
import Hummingbird
import InternalContract

/// A request that is answered with something else than what it asked for.
struct Refusal: HTTPResponseError {
    /// Seconds after which trying again makes sense where the database was away.
    private static let retryAfter = "1"

    let status: HTTPResponse.Status
    private let headers: HTTPFields
    /// The body of the answer.
    let json: [UInt8]

    /// Refuses with a sentence.
    init(_ status: HTTPResponse.Status, _ sentence: String, headers: HTTPFields = [:]) {
        self.status = status
        self.headers = headers
        self.json = ErrorAnswer(sentence).json
    }

    /// Refuses a body: 400 for what is not text, 422 for everything else.
    init(_ body: RefusedBody) {
        self.status = body == .notUTF8 ? .badRequest : .unprocessableContent
        self.headers = [:]
        self.json = body.json
    }

    /// Refuses for now.
    static func later(_ sentence: String) -> Refusal {
        Refusal(.serviceUnavailable, sentence, headers: [.retryAfter: Self.retryAfter])
    }

    /// The head of the answer.
    var head: HTTPResponse {
        var fields = self.headers
        fields[.contentType] = "application/json"
        fields[.contentLength] = "\(self.json.count)"
        return HTTPResponse(status: self.status, headerFields: fields)
    }

    /// The answer.
    var response: Response {
        var response = Response(json: self.json, status: self.status)
        response.headers.append(contentsOf: self.headers)
        return response
    }

    func response(from request: Request, context: some RequestContext) -> Response { self.response }
}
