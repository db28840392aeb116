/// Shows progress on a console until cancelled: redrawn on a terminal, else a line every few seconds.
struct ScreenPainter: Sendable {
    private static let redrawPause = Duration.milliseconds(100)
    private static let linePause = Duration.seconds(3)

    private let console: Console
    private let ledger: EventLedger
    private let events: Int

    /// Creates a painter.
    ///
    /// - Parameters:
    ///   - console: Where to show progress.
    ///   - ledger: Whose progress to show.
    ///   - events: How many events there will be.
    init(_ console: Console, ledger: EventLedger, events: Int) {
        self.console = console
        self.ledger = ledger
        self.events = events
    }

    /// Shows progress until the task is cancelled, and once more then.
    func run() async {
        let start = ContinuousClock.now
        var meter = RateMeter()
        var drawn = 0
        while !Task.isCancelled {
            drawn = self.show(since: start, &meter, over: drawn)
            try? await Task.sleep(for: self.console.isTerminal ? Self.redrawPause : Self.linePause)
        }
        _ = self.show(since: start, &meter, over: drawn)
    }

    /// Shows the progress of this instant in place of the lines drawn before; returns how many it drew.
    private func show(since start: ContinuousClock.Instant, _ meter: inout RateMeter, over drawn: Int) -> Int {
        let now = ContinuousClock.now
        let progress = self.ledger.progress(at: now)
        let screen = ProgressScreen(
            Snapshot(
                events: self.events,
                seconds: (now - start) / .seconds(1),
                progress: progress,
                rates: meter.rates(progress, at: now)
            )
        )
        guard self.console.isTerminal else {
            if progress.committed > 0 { self.console.line(screen.line) }
            return 0
        }
        let lines = screen.lines(width: self.console.width)
        // Up to the first line, then each line and the rest of what stood there.
        let up = drawn > 0 ? "\u{1B}[\(drawn)A" : ""
        self.console.write(up + lines.map { "\r\($0)\u{1B}[K\n" }.joined())
        return lines.count
    }
}
