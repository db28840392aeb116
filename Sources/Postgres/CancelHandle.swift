import CLibPQ
import Dispatch

/// What is needed to cancel a statement from another thread while the connection is busy with it.
///
/// Sharing is safe: a `PGcancel` is a copy of the server's address and the backend's key that libpq never changes, and
/// `PQcancel` is documented as callable from any thread.
final class CancelHandle: Sendable {
    private nonisolated(unsafe) let handle: OpaquePointer

    init?(connection: OpaquePointer) {
        guard let handle = PQgetCancel(connection) else { return nil }
        self.handle = handle
    }

    deinit { PQfreeCancel(self.handle) }

    /// Asks the server to cancel what the connection is running, without waiting for it to be asked.
    ///
    /// `PQcancel` opens a connection of its own and blocks until the server has read the request, which takes for ever
    /// where the network swallows packets; so it runs on a thread that nobody waits for.
    func cancelInBackground() {
        DispatchQueue.global().async {
            var buffer = [CChar](repeating: 0, count: 256)
            _ = PQcancel(self.handle, &buffer, Int32(buffer.count))
        }
    }
}
