import CLibNATS
import Glibc
import Synchronization
import Waiting

/// The socket of a ``PolledConnection``, which libnats opens and closes and which its owner waits on.
final class PolledSocket: Sendable {
    private static let registry = CallbackRegistry<PolledSocket>()

    private let socket = Atomic<Int32>(-1)
    private let keepAliveInterval: Duration

    /// Creates one that is not open.
    ///
    /// - Parameter keepAliveInterval: How often the other side's system is asked whether it is still there, where nothing
    ///   comes from it; two missing answers end the connection, and so does what it does not take for twice as long. Whole
    ///   seconds.
    init(keepAliveInterval: Duration) {
        self.keepAliveInterval = keepAliveInterval
    }

    /// The descriptor, or -1 while there is none.
    private var descriptor: Int32 { self.socket.load(ordering: .acquiring) }

    /// Enters the socket and returns the argument that stands for it in callbacks.
    func register() -> UnsafeMutableRawPointer? {
        Self.registry.insert(self)
    }

    /// Ends what ``register()`` began.
    static func unregister(_ closure: UnsafeMutableRawPointer?) {
        self.registry.remove(closure)
    }

    /// Has libnats open a connection whose socket it leaves to us.
    ///
    /// What is published goes to its buffer at once, and not by way of a thread that writes.
    ///
    /// - Parameters:
    ///   - options: The options of the connection.
    ///   - closure: What ``register()`` returned.
    /// - Returns: Whether libnats took it.
    static func setEventLoop(_ options: OpaquePointer, _ closure: UnsafeMutableRawPointer?) -> natsStatus {
        let status = natsOptions_SetEventLoop(
            options,
            closure,
            { data, closure, _, descriptor in
                data?.pointee = closure
                PolledSocket.registry.target(of: closure)?.open(descriptor)
                return NATS_OK
            },
            // What is to be read is waited for always, and what is to be written is asked for when it may be.
            { _, _ in NATS_OK },
            { _, _ in NATS_OK },
            { closure in
                PolledSocket.registry.target(of: closure)?.socket.store(-1, ordering: .releasing)
                return NATS_OK
            }
        )
        return status == NATS_OK ? natsOptions_SetSendAsap(options, true) : status
    }

    /// Waits until something can be read, or something else can be done.
    ///
    /// - Parameters:
    ///   - events: What else is waited for.
    ///   - deadline: Until when.
    /// - Returns: What can be done; nothing where the time was up, or the wait was interrupted.
    func wait(for events: Int32 = 0, until deadline: Deadline) -> Int32 {
        var descriptor = pollfd(fd: self.descriptor, events: Int16(POLLIN | events), revents: 0)
        return poll(&descriptor, 1, deadline.pollMilliseconds) > 0 ? Int32(descriptor.revents) : 0
    }

    /// Ends the connection without what is still to be written.
    func shutDown() {
        Glibc.shutdown(self.descriptor, Int32(SHUT_RDWR))
    }

    private func open(_ descriptor: Int32) {
        self.socket.store(descriptor, ordering: .releasing)
        let seconds = Int32(clamping: max(1, self.keepAliveInterval.components.seconds))
        // A system that lacks an option has its own.
        Self.set(SO_KEEPALIVE, of: SOL_SOCKET, to: 1, on: descriptor)
        // The last is for what the other side does not acknowledge or has no room for, in milliseconds: nothing else ends a
        // connection to a server that is frozen while its system answers.
        let ends = [
            (TCP_KEEPIDLE, seconds), (TCP_KEEPINTVL, seconds), (TCP_KEEPCNT, 2),
            (TCP_USER_TIMEOUT, Int32(clamping: 2000 * Int(seconds))),
        ]
        for (option, value) in ends { Self.set(option, of: Int32(IPPROTO_TCP), to: value, on: descriptor) }
    }

    private static func set(_ option: Int32, of level: Int32, to value: Int32, on descriptor: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
