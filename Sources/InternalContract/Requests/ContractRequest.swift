package import RawJSON

/// The body of a request to `/api/internal`.
package protocol ContractRequest: Sendable {
    /// How deep the body must be indexed to be read.
    static var indexingDepth: Int { get }

    /// Reads the body.
    ///
    /// - Parameter body: An object.
    /// - Throws: ``RefusedBody/invalid(_:)`` with everything that is wrong with it.
    init(_ body: JSONValue) throws(RefusedBody)
}

extension ContractRequest {
    /// Reads a body as it was received.
    ///
    /// - Throws: ``RefusedBody``.
    package init(parsing bytes: [UInt8]) throws(RefusedBody) {
        let root: JSONValue
        do {
            root = try JSONDocument(parsing: bytes, indexingDepth: Self.indexingDepth).root
        } catch {
            throw RefusedBody(error)
        }
        switch root.kind {
        case .object: try self.init(root)
        case .null: throw .invalid([ValidationFault(.missing, at: [], "Field required", input: root)])
        default:
            throw .invalid([
                ValidationFault(
                    .notAnObject,
                    at: [],
                    "Input should be a valid dictionary or object to extract fields from",
                    input: root
                )
            ])
        }
    }
}
