import CLibNATS

/// The `natsConnection` of one TCP connection, for its whole life: it is never resumed after a loss.
///
/// Sharing is safe: libnats guards a connection with a lock of its own and allows every call on it from any thread.
/// What is made from a connection (contexts, subscriptions) holds this object, because libnats must see them destroyed
/// first.
final class ConnectionHandle: Sendable {
    private static let lossRegistry = CallbackRegistry<ConnectionLoss>()

    nonisolated(unsafe) let pointer: OpaquePointer
    let loss: ConnectionLoss
    private nonisolated(unsafe) let closure: UnsafeMutableRawPointer?

    /// Connects.
    ///
    /// Blocks for at most the configuration's connect timeout for each address tried.
    ///
    /// - Throws: ``NATSError``.
    init(_ configuration: NATSConfiguration) throws {
        let loss = ConnectionLoss()
        let closure = Self.lossRegistry.insert(loss)
        do {
            let options = try ConnectionOptions(configuration)
            options.onClosed(closure) { _, closure in
                ConnectionHandle.lossRegistry.target(of: closure)?.report()
            }
            self.pointer = try options.connect()
        } catch {
            Self.lossRegistry.remove(closure)
            throw error
        }
        self.loss = loss
        self.closure = closure
    }

    deinit {
        natsConnection_Destroy(self.pointer)
        Self.lossRegistry.remove(self.closure)
    }

    var isClosed: Bool { natsConnection_IsClosed(self.pointer) }
}
