import EventLog
import Glibc
import Metrics

/// What the projector counts.
struct ProjectorMetrics: Sendable {
    /// Events stored.
    private let projected: Counter
    /// Events that were stored already.
    private let duplicates: Counter
    /// Messages recorded as dead letters.
    private let deadLetters: Counter
    /// Dead letters that wait for somebody, where they can be counted.
    private let waitingDeadLetters: Meter?
    /// Messages in a batch.
    private let batchSize: Recorder
    /// From the arrival of a batch to its commit.
    private let batchDuration: Metrics.Timer
    /// From an event to its commit.
    private let lag: Metrics.Timer

    init(
        stream: String,
        consumer: String,
        sink: EventSinkKind = .database,
        factory: any MetricsFactory = MetricsSystem.factory
    ) {
        let dimensions = [("stream", stream), ("consumer", consumer)]
        func counter(_ label: String) -> Counter { Counter(label: label, dimensions: dimensions, factory: factory) }
        self.projected = counter("noetl_projector_projected")
        self.duplicates = counter("noetl_projector_duplicates")
        self.deadLetters = counter("noetl_projector_dead_letters")
        // None is better than one that is always 0.
        self.waitingDeadLetters = sink == .api ? nil : Meter(label: "noetl_event_dead_letters", factory: factory)
        self.batchSize = Recorder(label: "noetl_projector_batch_messages", dimensions: dimensions, factory: factory)
        self.batchDuration = Timer(label: "noetl_projector_batch_duration", dimensions: dimensions, factory: factory)
        self.lag = Timer(label: "noetl_projector_lag", dimensions: dimensions, factory: factory)
    }

    /// Counts what has just been committed.
    ///
    /// - Parameters:
    ///   - progress: What became of the batch.
    ///   - duration: How long it took from its arrival.
    func record(_ progress: BatchProgress, took duration: Duration) {
        let outcome = progress.outcome
        self.projected.increment(by: outcome.projected)
        self.duplicates.increment(by: outcome.duplicates)
        self.deadLetters.increment(by: outcome.deadLetters)
        // A batch that a stop cut short is none.
        guard !progress.isOpen else { return }
        self.batchSize.record(progress.messageCount)
        self.batchDuration.record(duration: duration)
        // One value for the batch, and none for one that was stored before: that is late only for being sent again.
        if outcome.projected > 0, let oldest = outcome.oldest {
            self.lag.record(duration: .seconds(max(0, Self.unixSeconds() - oldest.unixSeconds)))
        }
    }

    /// Says how many dead letters wait for somebody.
    func recordWaitingDeadLetters(_ count: Int) {
        self.waitingDeadLetters?.set(Double(count))
    }

    private static func unixSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
