import ServiceLifecycle

/// The workers of a projector.
struct ProjectorService<Sink: EventSink>: Service {
    let workers: [ProjectWorker<Sink>]

    /// Runs until the process stops.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for worker in self.workers {
                group.addTask { try await worker.run() }
            }
        }
    }
}
