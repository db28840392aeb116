/// The progress as text: a screen to redraw, or one line.
struct ProgressScreen: Sendable {
    private let snapshot: Snapshot

    /// Prepares the text of a snapshot.
    init(_ snapshot: Snapshot) {
        self.snapshot = snapshot
    }

    /// Draws the screen.
    ///
    /// - Parameter width: How many characters fit in a line; longer lines are cut.
    /// - Returns: Always the same number of lines.
    func lines(width: Int) -> [String] {
        let progress = self.snapshot.progress
        let rates = self.snapshot.rates
        let rows: [[String]] = [
            ["stage", "events", "rate", "behind", "oldest"],
            ["committed", progress.committed.grouped, self.rate(rates.committed), "", ""],
            self.row("published", progress.published, rates.published, progress.publishLag),
            self.row("projected", progress.projected, rates.projected, progress.projectionLag),
        ]
        let table = rows.map { cells in
            "  " + cells[0].padded(to: 11) + cells.dropFirst().map { $0.aligned(to: 12) }.joined()
        }
        let lines = ["", "  " + self.bar(width: min(width, 78) - 30) + "  " + self.counts, ""] + table
        return lines.map { String($0.prefix(width)) }
    }

    /// The progress in one line, for a log.
    var line: String {
        let progress = self.snapshot.progress
        let rates = self.snapshot.rates
        let stages = [
            "committed \(progress.committed.grouped) (\(self.rate(rates.committed)))",
            "published \(progress.published.grouped) (\(self.rate(rates.published)))",
            "projected \(progress.projected.grouped) (\(self.rate(rates.projected)))",
        ]
        return "\(self.snapshot.seconds.oneDecimal.aligned(to: 6)) s  \(stages.joined(separator: ", ")) of "
            + self.snapshot.events.grouped
    }

    private var share: Double {
        min(1, Double(self.snapshot.progress.projected) / Double(max(1, self.snapshot.events)))
    }

    private var counts: String {
        let percent = "\(Int(self.share * 100))".aligned(to: 3)
        return "\(percent) % of \(self.snapshot.events.grouped)  \(self.snapshot.seconds.oneDecimal) s"
    }

    private func bar(width: Int) -> String {
        let width = max(10, width)
        let full = Int(Double(width) * self.share)
        return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
    }

    private func row(_ stage: String, _ count: Int, _ rate: Double, _ lag: Duration) -> [String] {
        let behind = max(0, self.snapshot.progress.committed - count)
        let age = behind == 0 ? "–" : "\(Int(lag / .milliseconds(1)).grouped) ms"
        return [stage, count.grouped, self.rate(rate), behind.grouped, age]
    }

    private func rate(_ rate: Double) -> String {
        "\(Int(rate.rounded()).grouped)/s"
    }
}
