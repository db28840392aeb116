/// The figures for a reader: ours, the limit, the ratio of both, the goal.
struct Table: CustomStringConvertible {
    let figures: [Figure]

    var description: String {
        let rows = [["", "ours", "", "limit", "ratio", "goal", ""]] + self.figures.map(Self.row)
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { Self.line($0, widths) }.joined(separator: "\n")
    }

    private static func row(_ figure: Figure) -> [String] {
        [
            figure.title,
            Self.text(Spread(figure.values)),
            figure.unit,
            Self.text(Spread(figure.limits)),
            Self.text(Spread(figure.ratios)),
            Self.text(figure.goal),
            figure.isMet.map { $0 ? "met" : "not met" } ?? "",
        ]
    }

    private static func text(_ goal: Goal?) -> String {
        switch goal {
        case .ratio(let least): "ratio ≥ \(self.number(least))"
        case .atMost(let most): "≤ \(self.number(most))"
        case nil: ""
        }
    }

    private static func text(_ spread: Spread?) -> String {
        guard let spread else { return "" }
        if spread.minimum == spread.maximum { return self.number(spread.median) }
        return "\(self.number(spread.median)) (\(self.number(spread.minimum))–\(self.number(spread.maximum)))"
    }

    /// Three digits that count.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        if value.magnitude >= 100 { return Int(value.rounded()).grouped }
        let scale = value.magnitude >= 10 ? 10.0 : 100
        let scaled = (value * scale).rounded() / scale
        return scaled == scaled.rounded() ? "\(Int(scaled))" : "\(scaled)"
    }

    /// Names to the left, figures to the right.
    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (column, cell) in cells.enumerated() {
            let blanks = String(repeating: " ", count: widths[column] - cell.count)
            line += column == 0 || column == 2 || column >= 5 ? cell + blanks : blanks + cell
            line += "  "
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}
