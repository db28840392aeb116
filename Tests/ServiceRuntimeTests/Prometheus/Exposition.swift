/// A page of the text exposition format 0.0.4, read strictly and without any help from the code under test.
struct Exposition {
    private(set) var families: [Family] = []

    /// Reads a page; throws at the first thing that Prometheus would refuse or warn of.
    init(_ page: [UInt8]) throws {
        guard let text = String(validating: page, as: UTF8.self) else { throw Malformed("not UTF-8") }
        guard text.isEmpty || text.utf8.last == UInt8(ascii: "\n") else { throw Malformed("no newline at the end") }
        var help: (name: String, text: String)?
        for line in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let line = String(line)
            if line.hasPrefix("# HELP ") {
                let words = line.dropFirst(7).split(separator: " ", maxSplits: 1)
                guard words.count == 2, help == nil else { throw Malformed(line) }
                help = (String(words[0]), try Self.unescaped(words[1], quotes: false))
            } else if line.hasPrefix("# TYPE ") {
                let words = line.dropFirst(7).split(separator: " ")
                guard words.count == 2, help == nil || help?.name == String(words[0]) else { throw Malformed(line) }
                try self.begin(Family(name: String(words[0]), type: String(words[1]), help: help?.text))
                help = nil
            } else {
                guard help == nil else { throw Malformed(line) }
                try self.add(Sample(line))
            }
        }
        for family in self.families {
            try family.check()
        }
    }

    /// Returns the family of this name, if the page has it.
    func family(_ name: String) -> Family? {
        self.families.first { $0.name == name }
    }

    /// Returns the value of one sample, if the page has it.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        self.families.lazy.flatMap(\.samples).first { $0.name == name && $0.labels == labels }?.value
    }

    /// Undoes the escapes of a help text, or of a label value if `quotes` may be escaped too.
    static func unescaped(_ text: some StringProtocol, quotes: Bool) throws -> String {
        var result = String.UnicodeScalarView()
        var scalars = text.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "\\" else {
                guard !(quotes && scalar == "\"") else { throw Malformed("bare quote in \(text)") }
                result.append(scalar)
                continue
            }
            switch scalars.next() {
            case "\\": result.append("\\")
            case "n": result.append("\n")
            case "\"" where quotes: result.append("\"")
            default: throw Malformed("unknown escape in \(text)")
            }
        }
        return String(result)
    }

    private mutating func begin(_ family: Family) throws {
        guard self.family(family.name) == nil else { throw Malformed("\(family.name) comes twice") }
        guard family.name.wholeMatch(of: /[a-zA-Z_:][a-zA-Z0-9_:]*/) != nil else { throw Malformed(family.name) }
        self.families.append(family)
    }

    private mutating func add(_ sample: Sample) throws {
        guard let last = self.families.indices.last, self.families[last].sampleNames.contains(sample.name) else {
            throw Malformed("\(sample.name) is outside its family")
        }
        let isKnown = self.families.contains { family in
            family.samples.contains { $0.name == sample.name && $0.labels == sample.labels }
        }
        guard !isKnown else { throw Malformed("\(sample.name) \(sample.labels) comes twice") }
        self.families[last].samples.append(sample)
    }
}

extension Exposition {
    /// What is wrong with the page.
    struct Malformed: Error {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }
}
