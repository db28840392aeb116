extension Setting where Value == Int {
    /// A whole number within a range.
    package static func integer(
        _ name: String,
        default fallback: Int,
        in range: ClosedRange<Int>,
        _ meaning: String
    ) -> Setting {
        Setting(
            [name],
            default: fallback,
            shown: String(fallback),
            meaning,
            accepted: "a whole number from \(range.lowerBound) to \(range.upperBound)"
        ) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Setting where Value == Int? {
    /// A whole number within a range that may be absent; an empty text counts as absent.
    package static func optionalInteger(
        _ name: String,
        shown defaultText: String,
        in range: ClosedRange<Int>,
        _ meaning: String
    ) -> Setting {
        Setting(
            [name],
            default: nil,
            shown: defaultText,
            meaning,
            accepted: "a whole number from \(range.lowerBound) to \(range.upperBound)"
        ) { text in
            text.isEmpty ? .some(nil) : Int(text).flatMap { range.contains($0) ? .some($0) : nil }
        }
    }
}

extension Setting where Value == Duration {
    /// A time in seconds, with a fraction where wanted, within a range of seconds.
    package static func seconds(
        _ name: String,
        default fallback: Double,
        in range: ClosedRange<Double>,
        _ meaning: String
    ) -> Setting {
        Setting(
            [name],
            default: .seconds(fallback),
            shown: fallback.shortText,
            meaning,
            accepted: "a number of seconds from \(range.lowerBound.shortText) to \(range.upperBound.shortText)"
        ) { text in
            Double(text).flatMap { range.contains($0) ? .seconds($0) : nil }
        }
    }
}

extension Setting where Value == Bool {
    /// A switch.
    package static func boolean(_ name: String, default fallback: Bool, _ meaning: String) -> Setting {
        Setting(
            [name],
            default: fallback,
            shown: String(fallback),
            meaning,
            accepted: "true or false (or 1, 0, yes, no, on, off)"
        ) { text in
            switch text.lowercased() {
            case "true", "1", "yes", "on": true
            case "false", "0", "no", "off": false
            default: nil
            }
        }
    }
}

extension Setting where Value == String {
    /// A text of one character or more.
    package static func text(
        _ name: String,
        else alternatives: [String] = [],
        default fallback: String,
        _ meaning: String,
        accepted: String = "a text of one character or more",
        where isValid: @escaping @Sendable (String) -> Bool = { _ in true }
    ) -> Setting {
        Setting([name] + alternatives, default: fallback, shown: fallback, meaning, accepted: accepted) { text in
            !text.isEmpty && isValid(text) ? text : nil
        }
    }
}

extension Setting where Value == String? {
    /// A text that may be absent; an empty one counts as absent.
    package static func optionalText(
        _ name: String,
        else alternatives: [String] = [],
        shown defaultText: String = "",
        _ meaning: String,
        accepted: String = "a text",
        isSecret: Bool = false,
        where isValid: @escaping @Sendable (String) -> Bool = { _ in true }
    ) -> Setting {
        Setting(
            [name] + alternatives,
            default: nil,
            shown: defaultText,
            meaning,
            accepted: accepted,
            isSecret: isSecret
        ) { text in
            text.isEmpty ? .some(nil) : isValid(text) ? .some(text) : nil
        }
    }

    /// The path of a file that must be readable.
    package static func file(_ name: String, _ meaning: String) -> Setting {
        .optionalText(name, meaning, accepted: "the path of a readable file", where: isReadableFile)
    }
}

extension Setting where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words that the cases of an enumeration stand for.
    package static func choice(_ name: String, default fallback: Value, _ meaning: String) -> Setting {
        let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return Setting(
            [name],
            default: fallback,
            shown: fallback.rawValue,
            meaning,
            accepted: "one of \(words)"
        ) { text in
            Value(rawValue: text.lowercased())
        }
    }
}

extension Double {
    /// The number without a needless fraction.
    fileprivate var shortText: String {
        Int64(exactly: self).map(String.init) ?? String(self)
    }
}
