import HTTPTypes
import Hummingbird

/// What a request is called in logs: its `X-Request-Id`, or a name of ours.
struct RequestName: CustomStringConvertible {
    private static let header = HTTPField.Name("X-Request-Id")
    /// A longer one is not taken over.
    private static let maximumLength = 128

    let description: String

    /// Takes the caller's name for a request where it can be printed.
    init(of request: Request) {
        let given = Self.header.flatMap { request.headers[$0] } ?? ""
        let isUsable =
            (1...Self.maximumLength).contains(given.utf8.count) && given.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        self.description = isUsable ? given : "\(RequestID())"
    }

    /// Tells the caller.
    func add(to response: inout Response) {
        if let header = Self.header { response.headers[header] = self.description }
    }
}
