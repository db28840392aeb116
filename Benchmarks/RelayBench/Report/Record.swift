/// What a guard holds a run against: the ratios of earlier runs, and how far they differ by chance.
struct Record: Codable, Sendable {
    /// One ratio.
    struct Entry: Codable, Sendable {
        /// The middle of the ratios that the recording runs found.
        let ratio: Double
        /// How far below it a run may be, as a share of it.
        let margin: Double
    }

    /// By name of the figure.
    var entries: [String: Entry]

    /// A ratio that is too low, or that was not measured.
    struct Fault: CustomStringConvertible {
        /// The figure's name.
        let figure: String
        /// A sentence.
        let description: String
    }

    /// Compares; of several figures of one name the first counts.
    func faults(in figures: [Figure]) -> [Fault] {
        self.entries.sorted { $0.key < $1.key }.compactMap { name, entry in
            guard let ratio = figures.first(where: { $0.name == name }).flatMap({ Spread($0.ratios)?.median }) else {
                return Fault(figure: name, description: "\(name) was not measured")
            }
            let least = entry.ratio * (1 - entry.margin)
            guard ratio < least else { return nil }
            return Fault(
                figure: name,
                description: """
                    \(name): the ratio to the limit is \(Table.number(ratio)), recorded is \(Table.number(entry.ratio)), \
                    and with a margin of \(Table.number(entry.margin * 100)) % it must not be below \(Table.number(least))
                    """
            )
        }
    }

    /// Records several runs.
    ///
    /// The margin is twice the largest distance between the middle and any of the runs, and 10 % at least.
    init(_ runs: [[Figure]], names: [String]) {
        self.entries = [:]
        for name in names {
            let ratios = runs.compactMap { figures in
                figures.first { $0.name == name }.flatMap { Spread($0.ratios)?.median }
            }
            guard let spread = Spread(ratios) else { continue }
            let distance = max(spread.maximum - spread.median, spread.median - spread.minimum) / spread.median
            self.entries[name] = Entry(ratio: spread.median, margin: max(0.1, 2 * distance))
        }
    }
}
