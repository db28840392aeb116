import Metrics
import Outbox

/// What the publisher counts.
struct PublisherMetrics: Sendable {
    /// Rows marked PUBLISHED.
    private let published: Counter
    /// Of those, rows whose message the stream had already.
    private let duplicates: Counter
    /// Rows marked FAILED, to be tried again.
    private let failed: Counter
    /// Rows parked.
    private let parked: Counter
    /// Rows handed back undecided: the broker was lost while they were out, or the time for their batch was up.
    private let undecided: Counter
    /// Rows published before one of their execution that was refused.
    private let overtaken: Counter
    /// Published rows deleted after the retention.
    private let deleted: Counter
    /// Rows in a batch.
    private let batchSize: Recorder
    /// From the claim to the commit of a batch.
    private let batchDuration: Metrics.Timer
    /// From the writing of a row to the commit of its mark.
    private let lag: Metrics.Timer

    init(stream: String, factory: any MetricsFactory = MetricsSystem.factory) {
        let dimensions = [("stream", stream)]
        func counter(_ label: String) -> Counter { Counter(label: label, dimensions: dimensions, factory: factory) }
        self.published = counter("noetl_outbox_published")
        self.duplicates = counter("noetl_outbox_duplicates")
        self.failed = counter("noetl_outbox_failed")
        self.parked = counter("noetl_outbox_parked")
        self.undecided = counter("noetl_outbox_undecided")
        self.overtaken = counter("noetl_outbox_overtaken")
        self.deleted = counter("noetl_outbox_deleted")
        self.batchSize = Recorder(label: "noetl_outbox_batch_rows", dimensions: dimensions, factory: factory)
        self.batchDuration = Timer(label: "noetl_outbox_batch_duration", dimensions: dimensions, factory: factory)
        self.lag = Timer(label: "noetl_outbox_publish_lag", dimensions: dimensions, factory: factory)
    }

    /// Counts a batch that has been committed.
    func record(_ batch: some RowBatch, _ settlement: Settlement, duplicates: Int, took duration: Duration) {
        self.published.increment(by: settlement.published.count)
        self.duplicates.increment(by: duplicates)
        self.failed.increment(by: settlement.failed.count { $0.delay != nil })
        self.parked.increment(by: settlement.failed.count { $0.delay == nil })
        self.undecided.increment(by: settlement.undecided)
        self.overtaken.increment(by: settlement.overtaken)
        self.batchSize.record(batch.rows.count)
        self.batchDuration.record(duration: duration)
        // One value for the batch, its first row's, which is the oldest of its lane: a value per row would cost as much as
        // publishing it.
        if !batch.rows.isEmpty, let waited = batch.waited(0) { self.lag.record(duration: .seconds(waited) + duration) }
    }

    /// Counts published rows that were deleted.
    func recordDeleted(_ count: Int) {
        self.deleted.increment(by: count)
    }
}
