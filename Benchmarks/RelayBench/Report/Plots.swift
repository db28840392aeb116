/// The plots of `docs/`.
enum Plots {
    private static let ours = "#d1603d"
    private static let limit = "#4a7fb5"

    /// Draws what was measured.
    ///
    /// - Returns: The text of each picture, by file name.
    static func draw(_ figures: [Figure]) -> [String: String] {
        var pictures: [String: String] = [:]
        pictures["rate-over-backlog.svg"] = self.rates(figures).svg
        pictures["latency-over-load.svg"] = self.latencies(figures).svg
        return pictures
    }

    private static func rates(_ figures: [Figure]) -> LinePlot {
        let steps = self.steps(figures, "growth.backlog.")
        return LinePlot(
            title: "Publisher: rate over the length of the backlog",
            xTitle: "rows that wait",
            yTitle: "rows/s",
            lines: [
                self.line("outbox-publisher", steps, \.values),
                self.line("bare C loop", steps, isLimit: true, \.limits),
            ]
        )
    }

    private static func latencies(_ figures: [Figure]) -> LinePlot {
        let lines = ["p50", "p99"].flatMap { percentile in
            let steps = self.steps(figures, "latency.", suffix: ".subscriber.\(percentile)")
            return [
                self.line("relay \(percentile)", steps, isDashed: percentile == "p99", \.values),
                self.line("bare \(percentile)", steps, isLimit: true, isDashed: percentile == "p99", \.limits),
            ]
        }
        return LinePlot(
            title: "Latency from commit to subscriber over load",
            xTitle: "commits a second",
            yTitle: "ms",
            lines: lines
        )
    }

    /// The figures of a series with the number in their name.
    private static func steps(_ figures: [Figure], _ prefix: String, suffix: String = "") -> [(Double, Figure)] {
        figures.compactMap { figure in
            guard figure.name.hasPrefix(prefix), figure.name.hasSuffix(suffix) else { return nil }
            return Double(figure.name.dropFirst(prefix.count).dropLast(suffix.count)).map { ($0, figure) }
        }
    }

    private static func line(
        _ title: String,
        _ steps: [(Double, Figure)],
        isLimit: Bool = false,
        isDashed: Bool = false,
        _ values: KeyPath<Figure, [Double]>
    ) -> LinePlot.Line {
        LinePlot.Line(
            title: title,
            colour: isLimit ? self.limit : self.ours,
            isDashed: isDashed,
            points: steps.compactMap { x, figure in Spread(figure[keyPath: values]).map { (x, $0.median) } }
        )
    }
}
