import CLibNATS
import Synchronization
import Waiting

/// The `natsConnection` of one TCP connection, for its whole life: it is never resumed after a loss.
///
/// Sharing is safe: libnats guards a connection with a lock of its own and allows every call on it from any thread.
/// What is made from a connection (contexts, subscriptions) holds this object and is destroyed by it.
final class ConnectionHandle: Sendable {
    private static let lossRegistry = CallbackRegistry<ConnectionLoss>()

    nonisolated(unsafe) let pointer: OpaquePointer
    let loss: ConnectionLoss
    private nonisolated(unsafe) let closure: UnsafeMutableRawPointer?
    private nonisolated(unsafe) let socketClosure: UnsafeMutableRawPointer?
    private let destructions = Mutex<[@Sendable () -> Void]>([])

    /// Connects.
    ///
    /// Blocks for at most the configuration's connect timeout for each address tried; longer where the system resolves a
    /// name for longer, or where a server that wants TLS falls silent while it is agreed on: libnats 3.4.1 does not limit
    /// these.
    ///
    /// - Parameters:
    ///   - configuration: Where to.
    ///   - socket: Who waits on its socket, where libnats does not.
    /// - Throws: ``NATSError``.
    init(_ configuration: NATSConfiguration, polledOn socket: PolledSocket? = nil) throws {
        let loss = ConnectionLoss()
        let closure = Self.lossRegistry.insert(loss)
        let socketClosure = socket?.register()
        do {
            let options = try ConnectionOptions(configuration)
            if socket != nil { try options.setEventLoop(socketClosure) }
            options.onClosed(closure) { _, closure in
                ConnectionHandle.lossRegistry.target(of: closure)?.report()
            }
            self.pointer = try options.connect()
        } catch {
            Self.lossRegistry.remove(closure)
            PolledSocket.unregister(socketClosure)
            throw error
        }
        self.loss = loss
        self.closure = closure
        self.socketClosure = socketClosure
    }

    deinit {
        natsConnection_Close(self.pointer)
        for destroy in self.destructions.withLock({ $0.reversed() }) { destroy() }
        natsConnection_Destroy(self.pointer)
        Self.lossRegistry.remove(self.closure)
        PolledSocket.unregister(self.socketClosure)
    }

    /// Has something that was made from this connection destroyed together with it, and no earlier.
    ///
    /// libnats 3.4.1 reads a message for a subscription without holding on to that subscription, so that destroying one
    /// that messages are still coming for, also one inside a context, frees it under the reading thread
    /// (https://github.com/nats-io/nats.c/issues/637). A closed connection reads no more.
    func destroyWhenClosed(_ destroy: @escaping @Sendable () -> Void) {
        self.destructions.withLock { $0.append(destroy) }
    }

    /// Returns when the server has seen everything sent so far.
    ///
    /// Blocks.
    ///
    /// - Throws: ``NATSError``.
    func flush(until deadline: ContinuousClock.Instant) throws {
        let remaining = max(.zero, deadline - .now).wholeMilliseconds
        try check(natsConnection_FlushTimeout(self.pointer, max(1, remaining)))
    }

    /// Ends the connection.
    func close() {
        natsConnection_Close(self.pointer)
    }

    var isClosed: Bool { natsConnection_IsClosed(self.pointer) }
}
