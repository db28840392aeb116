package import RawJSON

/// The answer of a route as a client reads it.
package protocol ContractAnswer: Sendable {
    /// How deep the answer must be indexed to be read.
    static var indexingDepth: Int { get }

    /// Reads an answer; `nil` where it is another than the contract's.
    init?(_ body: JSONValue)
}

extension ContractAnswer {
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package static var indexingDepth: Int { 1 }
}

extension JSONValue {
    /// A required integer member.
    func integerMember(_ name: String) -> Int64? {
        guard let value = self[name] else { return nil }
        return try? value.lenientInteger()
    }
}
