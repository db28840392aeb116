extension Exposition {
    /// One line that is not a comment.
    struct Sample {
        let name: String
        let value: Double
        private(set) var labels: [String: String] = [:]

        init(_ line: String) throws {
            let label = #/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/#
            guard
                let match = line.wholeMatch(of: #/([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)/#.dotMatchesNewlines())
            else { throw Malformed(line) }
            self.name = String(match.1)
            self.value = try Self.number(match.3)
            guard var rest = match.2 else { return }
            while let pair = rest.prefixMatch(of: label) {
                let value = try Exposition.unescaped(pair.2, quotes: true)
                guard self.labels.updateValue(value, forKey: String(pair.1)) == nil else { throw Malformed(line) }
                rest = rest[pair.range.upperBound...]
                guard rest.hasPrefix(",") else { break }
                rest.removeFirst()
            }
            guard rest.isEmpty, !self.labels.isEmpty else { throw Malformed(line) }
        }

        static func number(_ text: some StringProtocol) throws -> Double {
            switch String(text) {
            case "+Inf": return .infinity
            case "-Inf": return -.infinity
            case "NaN": return .nan
            case let text:
                guard let value = Double(text), value.isFinite else { throw Malformed("\(text) is no number") }
                return value
            }
        }
    }
}
