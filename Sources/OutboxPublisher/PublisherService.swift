import ServiceLifecycle

/// The workers of a publisher.
struct PublisherService<Source: RowSource>: Service {
    let workers: [PublishWorker<Source>]

    /// Runs until the process stops; in `ONCE` mode, until nothing is due.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for worker in self.workers {
                group.addTask { try await worker.run() }
            }
        }
    }
}
