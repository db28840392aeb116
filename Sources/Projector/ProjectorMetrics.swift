import EventLog
import Metrics

/// What the projector counts.
struct ProjectorMetrics: Sendable {
    /// Events stored.
    private let projected: Counter
    /// Events that were stored already.
    private let duplicates: Counter
    /// Messages recorded as dead letters.
    private let deadLetters: Counter
    /// Messages in a batch.
    private let batchSize: Recorder
    /// From the arrival of a batch to its commit.
    private let batchDuration: Metrics.Timer

    init(stream: String, consumer: String, factory: any MetricsFactory = MetricsSystem.factory) {
        let dimensions = [("stream", stream), ("consumer", consumer)]
        func counter(_ label: String) -> Counter { Counter(label: label, dimensions: dimensions, factory: factory) }
        self.projected = counter("noetl_projector_projected")
        self.duplicates = counter("noetl_projector_duplicates")
        self.deadLetters = counter("noetl_projector_dead_letters")
        self.batchSize = Recorder(label: "noetl_projector_batch_messages", dimensions: dimensions, factory: factory)
        self.batchDuration = Timer(label: "noetl_projector_batch_duration", dimensions: dimensions, factory: factory)
    }

    /// Counts a batch that has been committed.
    func record(_ outcome: ProjectionService.Outcome, messages: Int, took duration: Duration) {
        self.projected.increment(by: outcome.projected)
        self.duplicates.increment(by: outcome.duplicates)
        self.deadLetters.increment(by: outcome.deadLetters)
        self.batchSize.record(messages)
        self.batchDuration.record(duration: duration)
    }
}
