/// The tokens that open `/api/internal`.
///
/// Several are valid at once while they are rotated: a server accepts each, a client sends the first.
package struct AccessTokens: Hashable, Sendable {
    private let tokens: [[UInt8]]

    /// Reads tokens separated by commas or line ends; blanks around them do not count.
    package init(parsing text: String) {
        self.tokens = text.split { $0 == "," || $0.isNewline }
            .map { Array($0.trimmingBlanks.utf8) }
            .filter { !$0.isEmpty }
    }

    /// Whether there is none, so that nobody can be let in.
    package var isEmpty: Bool { self.tokens.isEmpty }

    /// How many there are.
    package var count: Int { self.tokens.count }

    /// The token that a client sends.
    package var first: String? { self.tokens.first.map { String(decoding: $0, as: UTF8.self) } }

    /// Whether a token is one of these.
    ///
    /// Takes as long for one that is nearly right as for any other of its length, so that nobody can find out how much
    /// of a guess was right.
    package func contains(_ candidate: some StringProtocol) -> Bool {
        let candidate = Array(candidate.utf8)
        var isKnown = false
        for token in self.tokens {
            var difference = UInt(bitPattern: token.count ^ candidate.count)
            for (index, byte) in candidate.enumerated() { difference |= UInt(byte ^ token[index % token.count]) }
            isKnown = difference == 0 || isKnown
        }
        return isKnown
    }
}
