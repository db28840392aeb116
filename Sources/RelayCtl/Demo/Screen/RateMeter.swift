/// Derives rates from progress, over the last second or so.
struct RateMeter: Sendable {
    private static let window = Duration.seconds(1)

    private var samples: [(instant: ContinuousClock.Instant, progress: Progress)] = []

    /// Takes a sample and returns the rates since the oldest one in the window; zero at first.
    mutating func rates(_ progress: Progress, at now: ContinuousClock.Instant) -> Rates {
        self.samples.append((now, progress))
        // The newest sample that is older than the window stays, so that there is always a whole one to look back on.
        while self.samples.count > 2, now - self.samples[1].instant >= Self.window { self.samples.removeFirst() }
        guard let first = self.samples.first, first.instant < now else { return Rates() }
        let seconds = (now - first.instant) / .seconds(1)
        return Rates(
            committed: Double(progress.committed - first.progress.committed) / seconds,
            published: Double(progress.published - first.progress.published) / seconds,
            projected: Double(progress.projected - first.progress.projected) / seconds
        )
    }
}
