/// A statement's text and the name it is prepared under.
///
/// The name is made from the text, so that behind a pooler that hands one server connection from client to client, and
/// across versions of this program, a name never stands for another text.
package struct Statement: Hashable, Sendable, ExpressibleByStringInterpolation {
    /// The SQL, with `$1`, `$2`, … for parameters.
    package let sql: String
    /// The name to prepare the statement under.
    package let name: String

    /// Creates a statement from its text.
    package init(_ sql: String) {
        self.sql = sql
        self.name = "noetl_relay_" + String(Self.fingerprint(of: sql), radix: 36)
    }

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package init(stringLiteral sql: String) {
        self.init(sql)
    }

    /// FNV-1a, 64 bits: the same in every process, which `Hasher` is not.
    ///
    /// Source: http://www.isthe.com/chongo/tech/comp/fnv/
    private static func fingerprint(of text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
