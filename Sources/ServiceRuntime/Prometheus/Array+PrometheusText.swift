/// The lines of the Prometheus text exposition format, version 0.0.4.
extension [UInt8] {
    /// Appends the `# HELP` line, left out if there is no help, and the `# TYPE` line.
    mutating func appendHeader(name: String, help: String, type: PrometheusMetricType) {
        if !help.isEmpty {
            self.append(contentsOf: "# HELP \(name) ".utf8)
            self.appendEscaped(help, quotes: false)
            self.append(UInt8(ascii: "\n"))
        }
        self.append(contentsOf: "# TYPE \(name) \(type.rawValue)\n".utf8)
    }

    /// Appends one sample line; `value` comes from `prometheusText` or is an integer.
    mutating func appendSample(name: String, labels: [UInt8] = [], value: String) {
        self.append(contentsOf: name.utf8)
        if !labels.isEmpty {
            self.append(UInt8(ascii: "{"))
            self.append(contentsOf: labels)
            self.append(UInt8(ascii: "}"))
        }
        self.append(UInt8(ascii: " "))
        self.append(contentsOf: value.utf8)
        self.append(UInt8(ascii: "\n"))
    }

    /// Appends `name="value"`, after a comma unless it is the first label.
    mutating func appendLabel(_ name: String, _ value: String) {
        if !self.isEmpty {
            self.append(UInt8(ascii: ","))
        }
        self.append(contentsOf: name.utf8)
        self.append(contentsOf: "=\"".utf8)
        self.appendEscaped(value, quotes: true)
        self.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): self.append(contentsOf: #"\\"#.utf8)
            case UInt8(ascii: "\n"): self.append(contentsOf: #"\n"#.utf8)
            case UInt8(ascii: "\"") where quotes: self.append(contentsOf: #"\""#.utf8)
            default: self.append(byte)
            }
        }
    }
}
