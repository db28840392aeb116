import JetStream
import Synchronization

/// The messages that a worker stores, which are not to be delivered again meanwhile.
///
/// One task signals for all batches of a session: one for each batch would wake two threads for it.
final class DeliveryInWork: Sendable {
    private let progress = Mutex<DeliveryProgress?>(nil)

    /// Takes note of a batch.
    func begin(_ progress: DeliveryProgress) {
        self.progress.withLock { $0 = progress }
    }

    /// Says that the batch is answered for, or given up.
    func end() {
        self.progress.withLock { $0 = nil }
    }

    /// Has the time for acknowledging begin anew, again and again, while there is a batch.
    ///
    /// - Parameters:
    ///   - interval: The time between two signals.
    ///   - puller: Where the batches are from.
    /// - Returns: The task, which ends when it is cancelled or the connection is gone.
    func signal(every interval: Duration, by puller: JetStreamPuller) -> Task<Void, any Error> {
        Task {
            while true {
                try await Task.sleep(for: interval)
                if let progress = self.progress.withLock({ $0 }) { try await puller.signal(progress) }
            }
        }
    }
}
