import Dispatch

/// A serial executor on a queue of its own, for actors whose methods block in C calls.
///
/// A blocking call on the cooperative pool would take one of its few threads away from everyone else; here it takes a
/// thread that Dispatch keeps for this queue. An actor keeps its executor for life.
///
/// A task that prefers this executor, and the actors on it, take turns on one thread: calls between them wake no other.
/// None of them is served while another blocks.
package final class QueueExecutor: SerialExecutor, TaskExecutor {
    private let queue: DispatchQueue

    /// Creates an executor.
    ///
    /// - Parameter label: What the queue is called in a debugger.
    package init(label: String) {
        self.queue = DispatchQueue(label: label)
    }

    /// Runs a job on the queue, after the jobs before it.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.queue.async {
            job.runSynchronously(
                isolatedTo: self.asUnownedSerialExecutor(),
                taskExecutor: self.asUnownedTaskExecutor()
            )
        }
    }
}
