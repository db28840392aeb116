import Dispatch

/// A serial executor on a queue of its own, for actors whose methods block in C calls.
///
/// A blocking call on the cooperative pool would take one of its few threads away from everyone else; here it takes a
/// thread that Dispatch keeps for this queue. Each actor that blocks makes one executor and keeps it for life.
package final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// Creates an executor.
    ///
    /// - Parameter label: What the queue is called in a debugger.
    package init(label: String) {
        self.queue = DispatchQueue(label: label)
    }

    /// Runs a job of the actor on the queue, after the jobs before it.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
