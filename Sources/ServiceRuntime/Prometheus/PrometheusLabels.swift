/// A set of labels, kept as the text it is written as: `a="1",b="2"`, escaped, sorted by name, without braces.
///
/// The text is the identity: sets given in another order are equal, and values are told apart byte by byte, as Prometheus
/// does, and not by Unicode equivalence, as `String` would.
struct PrometheusLabels: Hashable, Sendable {
    let text: [UInt8]

    /// The empty set.
    static let none = Self([])

    /// Creates a set from names and values.
    ///
    /// Names are made legal first. Of names that are equal then, the first counts, because a sample with the same label
    /// twice makes Prometheus reject the whole scrape. A name in `reserved` gets the prefix `exported_`.
    init(_ pairs: [(String, String)], reserved: Set<String> = []) {
        var values: [String: String] = [:]
        for (name, value) in pairs {
            let legal = PrometheusName.label(name)
            let name = reserved.contains(legal) ? "exported_" + legal : legal
            if values[name] == nil {
                values[name] = value
            }
        }
        var text: [UInt8] = []
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            text.appendLabel(name, value)
        }
        self.text = text
    }
}

extension PrometheusLabels: Comparable {
    static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.text.lexicographicallyPrecedes(rhs.text)
    }
}
