import Glibc
import Synchronization

/// Wakes the thread that waits on a connection's socket, from any other thread.
///
/// A pipe beside the socket in the same `poll(2)`, and the number of the operation to give up. The number keeps a
/// cancellation that comes late from hitting the operation after its own.
final class Interrupt: Sendable {
    private let readEnd: Int32
    private let writeEnd: Int32
    private let cancelledOperation = Atomic<UInt64>(0)
    private let isWoken = Atomic<Bool>(false)

    /// - Throws: ``PostgresError`` where the process has no descriptor left.
    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw PostgresError(.connectionFailed, "no file descriptor is left for a pipe (errno \(errno))")
        }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (self.readEnd, self.writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(self.readEnd)
        close(self.writeEnd)
    }

    /// The descriptor that becomes readable when an operation is cancelled.
    var descriptor: Int32 { self.readEnd }

    /// Asks for the operation with this number to be given up.
    ///
    /// Any thread.
    func cancel(operation: UInt64) {
        self.cancelledOperation.store(operation, ordering: .releasing)
        self.signal()
    }

    /// Asks the operation that waits for something that need not come to return without it, or else the next such one.
    ///
    /// Any thread.
    func wake() {
        self.isWoken.store(true, ordering: .releasing)
        self.signal()
    }

    /// Whether ``wake()`` was called since this was asked last.
    func takeWake() -> Bool {
        self.isWoken.exchange(false, ordering: .acquiring)
    }

    private func signal() {
        var byte: UInt8 = 1
        // A full pipe already wakes the reader, so a write that fails has nothing left to do.
        _ = write(self.writeEnd, &byte, 1)
    }

    /// Whether the operation with this number is to be given up.
    func isCancelled(operation: UInt64) -> Bool {
        self.cancelledOperation.load(ordering: .acquiring) == operation
    }

    /// Empties the pipe, so that a wake-up that has been seen does not wake again.
    func drain() {
        var buffer: (UInt64, UInt64) = (0, 0)
        _ = withUnsafeMutableBytes(of: &buffer) { read(self.readEnd, $0.baseAddress, $0.count) }
    }
}
