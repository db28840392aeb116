import Glibc

/// Lines over logarithmic axes, as SVG.
struct LinePlot {
    /// One line.
    struct Line {
        let title: String
        /// A colour that reads on white and on black.
        let colour: String
        let isDashed: Bool
        let points: [(x: Double, y: Double)]
    }

    private static let width = 640.0
    private static let height = 360.0
    private static let area = (left: 80.0, right: 620.0, top: 56.0, bottom: 300.0)

    let title: String
    let xTitle: String
    let yTitle: String
    let lines: [Line]

    /// The picture; `nil` where there is nothing to draw.
    var svg: String? {
        let points = self.lines.flatMap(\.points)
        guard let xs = Self.decades(points.map(\.x)), let ys = Self.decades(points.map(\.y)) else { return nil }
        var parts = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.width) \(Self.height)" \
            font-family="sans-serif" font-size="12" fill="#777">
            """,
            Self.text(self.title, x: Self.area.left, y: 20, size: 15),
            Self.text(self.xTitle, x: (Self.area.left + Self.area.right) / 2, y: 340, anchor: "middle"),
            Self.text(self.yTitle, x: Self.area.left, y: 44),
        ]
        for x in xs { parts += self.mark(x: x, xs) }
        for y in ys { parts += self.mark(y: y, ys) }
        for (number, line) in self.lines.enumerated() { parts += self.draw(line, number, xs, ys) }
        return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private func draw(_ line: Line, _ number: Int, _ xs: [Double], _ ys: [Double]) -> [String] {
        let points = line.points.map { (x: Self.across($0.x, xs), y: Self.up($0.y, ys)) }
        let path = points.map { "\(Self.rounded($0.x)),\(Self.rounded($0.y))" }.joined(separator: " ")
        let dash = line.isDashed ? " stroke-dasharray=\"5 4\"" : ""
        let x = Self.area.left + 150 * Double(number)
        return [
            "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(line.colour)\" stroke-width=\"2\"\(dash)/>",
            "<line x1=\"\(x)\" y1=\"318\" x2=\"\(x + 20)\" y2=\"318\" stroke=\"\(line.colour)\" stroke-width=\"2\"\(dash)/>",
            Self.text(line.title, x: x + 26, y: 322),
        ]
            + points.map {
                "<circle cx=\"\(Self.rounded($0.x))\" cy=\"\(Self.rounded($0.y))\" r=\"3\" fill=\"\(line.colour)\"/>"
            }
    }

    private func mark(x: Double, _ xs: [Double]) -> [String] {
        let place = Self.rounded(Self.across(x, xs))
        return [
            "<line x1=\"\(place)\" y1=\"\(Self.area.top)\" x2=\"\(place)\" y2=\"\(Self.area.bottom)\" stroke=\"#7774\"/>",
            Self.text(Table.number(x), x: place, y: Self.area.bottom - 4, anchor: "end"),
        ]
    }

    private func mark(y: Double, _ ys: [Double]) -> [String] {
        let place = Self.rounded(Self.up(y, ys))
        return [
            "<line x1=\"\(Self.area.left)\" y1=\"\(place)\" x2=\"\(Self.area.right)\" y2=\"\(place)\" stroke=\"#7774\"/>",
            Self.text(Table.number(y), x: Self.area.left - 6, y: place + 4, anchor: "end"),
        ]
    }

    /// The powers of ten around values, two at least.
    private static func decades(_ values: [Double]) -> [Double]? {
        guard let least = values.min(), let most = values.max(), least > 0 else { return nil }
        let first = Int(log10(least).rounded(.down))
        let last = max(first + 1, Int(log10(most).rounded(.up)))
        return (first...last).map { pow(10, Double($0)) }
    }

    private static func across(_ x: Double, _ xs: [Double]) -> Double {
        self.area.left + self.share(x, xs) * (self.area.right - self.area.left)
    }

    private static func up(_ y: Double, _ ys: [Double]) -> Double {
        self.area.bottom - self.share(y, ys) * (self.area.bottom - self.area.top)
    }

    private static func share(_ value: Double, _ decades: [Double]) -> Double {
        log10(value / decades[0]) / log10(decades[decades.count - 1] / decades[0])
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    private static func text(_ text: String, x: Double, y: Double, size: Int = 12, anchor: String = "start") -> String {
        "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" text-anchor=\"\(anchor)\">\(text)</text>"
    }
}
