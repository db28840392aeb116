/// Makes names that the text format allows out of any others.
///
/// A dot, a dash and every other character outside the allowed set become one underscore each; a leading digit gets one
/// in front; an empty name becomes a single one. Allowed names come back unchanged.
enum PrometheusName {
    /// Returns a metric name of the form `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    static func metric(_ name: String) -> String {
        self.legal(name) { self.isWord($0) || $0 == UInt8(ascii: ":") }
    }

    /// Returns a label name of the form `[a-zA-Z_][a-zA-Z0-9_]*` that does not begin with two underscores.
    ///
    /// Prometheus keeps `__` for itself: a label called `__name__` would rename the metric.
    static func label(_ name: String) -> String {
        let name = self.legal(name, where: self.isWord)
        guard name.hasPrefix("__") else { return name }
        return "_" + name.drop { $0 == "_" }
    }

    /// Appends `suffix` unless `name` already ends with it.
    static func ending(_ name: String, with suffix: String) -> String {
        name.hasSuffix(suffix) ? name : name + suffix
    }

    private static func legal(_ name: String, where isLegal: (UInt8) -> Bool) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.utf8.count + 1)
        for scalar in name.unicodeScalars {
            if scalar.isASCII, isLegal(UInt8(truncatingIfNeeded: scalar.value)) {
                bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            } else {
                bytes.append(UInt8(ascii: "_"))
            }
        }
        if bytes.first.map(self.isDigit) ?? true {
            bytes.insert(UInt8(ascii: "_"), at: 0)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: self.isDigit(byte)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
