/// A request, and what the contract says is answered.
struct ContractCase {
    struct Expected {
        var status: Int
        /// The whole body, where the contract fixes it.
        var body: String?
        /// Where a 422 may find fault, each as the steps behind `body`, joined by points.
        var places: Set<String> = []
        /// Whether it must find all of them.
        var isComplete = false
        /// The header `Allow`.
        var allow: String?
    }

    var method = "POST"
    var path: String
    var headers: [(String, String)] = []
    var body: [UInt8]?
    var isChunked = false
    var expected: Expected

    /// A case for a failing test's message.
    var description: String {
        let body = self.body.map { String(decoding: $0.prefix(600), as: UTF8.self) } ?? "-"
        return "\(self.method) \(self.path) \(self.headers) \(body)\nexpected \(self.expected)"
    }
}
