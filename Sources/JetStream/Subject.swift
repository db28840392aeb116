/// The rules for subjects, as far as libnats leaves them to its callers.
package enum Subject {
    /// The longest subject that is published to, in bytes.
    ///
    /// A server ends the connection over a protocol line of more than its `max_control_line`, 4,096 bytes by default; the
    /// line of a publish has the subject, the inbox for the PubAck and two numbers.
    package static let maximumBytes = 3800

    /// Whether a message can be published to a subject.
    ///
    /// libnats sends what it is given: a blank or a line break inside a subject would become another protocol argument
    /// or line, and the server would end the connection. Rules: non-empty tokens between dots, no blanks or control
    /// characters, no wildcards, and no more bytes than ``maximumBytes`` (https://docs.nats.io/nats-concepts/subjects#characters-allowed-and-recommended-for-subject-names).
    package static func isPublishable(_ subject: String) -> Bool {
        guard !subject.isEmpty, !subject.hasSuffix("."), subject.utf8.count <= Self.maximumBytes else { return false }
        var isTokenEmpty = true
        for byte in subject.utf8 {
            switch byte {
            case UInt8(ascii: "."):
                guard !isTokenEmpty else { return false }
                isTokenEmpty = true
            case 0...0x20, 0x7f, UInt8(ascii: "*"), UInt8(ascii: ">"): return false
            default: isTokenEmpty = false
            }
        }
        return true
    }

    /// Whether a subject, or every subject that one with wildcards names, is one of those that a filter names.
    ///
    /// `*` stands for one token and a last `>` for one or more.
    package static func matches(_ subject: String, filter: String) -> Bool {
        var tokens = subject.split(separator: ".", omittingEmptySubsequences: false)[...]
        for wanted in filter.split(separator: ".", omittingEmptySubsequences: false) {
            guard let token = tokens.popFirst() else { return false }
            if wanted == ">" { return true }
            guard wanted == token || (wanted == "*" && token != ">") else { return false }
        }
        return tokens.isEmpty
    }
}
