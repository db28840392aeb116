import CLibNATS
import Dispatch
import Glibc
import Synchronization
import Waiting

/// A connection whose socket is read and written by the thread that needs it, and by no thread of libnats.
///
/// With libnats' threads a message wakes the one that writes, which waits for more unless a second round trip hurries it, and
/// its PubAck wakes the one that reads before the one that waits. A message and its PubAck took 0.22 ms, 0.17 ms of it the
/// processor's, and without these threads 0.13 ms and 0.09 ms (bare program, nats-server 2.9.10 on the same two cores).
///
/// Whoever reads or writes has the socket for as long as ``withSocket(_:)`` lasts. While nobody has it, a timer sees to the
/// server's pings and notices the end of the connection, within ``serviceInterval``. libnats' own pings are off, since their
/// thread would close the socket beside the one that reads; instead ``PolledSocket`` has the system ask the other side's.
///
/// Over TLS libnats 3.4.1 waits without end for the rest of a record, or for room for one; what ends that is the system, too.
final class PolledConnection: Sendable {
    /// How long what comes while nobody has the socket may lie there.
    private static let serviceInterval = Duration.seconds(1)
    /// How often the end is looked for: more than the system's buffer takes, at 32 KiB a read, or a record over TLS.
    private static let lastReads = 1000

    let handle: ConnectionHandle
    private let socket: PolledSocket
    private let turn = Mutex<Void>(())
    private nonisolated(unsafe) let timer: any DispatchSourceTimer

    /// Connects.
    ///
    /// Blocks as ``ConnectionHandle/init(_:polledOn:)`` does.
    ///
    /// - Throws: ``NATSError``.
    init(_ configuration: NATSConfiguration) throws {
        self.socket = PolledSocket(keepAliveInterval: configuration.pingInterval)
        self.handle = try ConnectionHandle(configuration, polledOn: self.socket)
        // A queue for each: over TLS libnats waits for the rest of a record, and others must not wait with it.
        self.timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "nats.service"))
        self.timer.setEventHandler { [weak self] in self?.serve() }
        let interval = DispatchTimeInterval.milliseconds(Int(Self.serviceInterval.wholeMilliseconds))
        self.timer.schedule(deadline: .now() + interval, repeating: interval, leeway: .milliseconds(100))
        self.timer.resume()
    }

    deinit {
        self.timer.cancel()
        self.close()
    }

    /// How many bytes were sent that the socket has not taken.
    var unwrittenBytes: Int { Int(natsConnection_Buffered(self.handle.pointer)) }

    /// Lends the socket: nobody else reads or writes meanwhile.
    ///
    /// Blocks while the timer has it, for as long as it takes to read what has come.
    func withSocket(_ body: () throws -> Void) rethrows {
        try self.turn.withLock { _ in try body() }
    }

    /// Writes what was sent, and reads meanwhile: a server that is not read from reads nothing either.
    ///
    /// Only inside ``withSocket(_:)``.
    ///
    /// - Parameters:
    ///   - patience: For how long the socket may take nothing.
    ///   - limit: Until when. Something is written in any case.
    /// - Throws: ``NATSError``: it could not be written in time, or the connection has ended.
    func write(within patience: Duration, until limit: Deadline) throws {
        self.writeSome()
        var unwritten = self.unwrittenBytes
        var deadline = Deadline.earliest(.after(patience), limit)
        while unwritten > 0 {
            try self.wait(for: POLLOUT, until: deadline)
            // One who was frozen writes no more of what may be another's by now.
            guard !limit.hasPassed else { throw NATSError(NATS_TIMEOUT) }
            self.writeSome()
            let left = self.unwrittenBytes
            if left < unwritten { deadline = .earliest(.after(patience), limit) }
            unwritten = left
        }
        try self.checkOpen()
    }

    /// Waits until something comes, and reads it.
    ///
    /// Only inside ``withSocket(_:)``.
    ///
    /// - Parameter deadline: Until when; what is there is read in any case.
    /// - Throws: ``NATSError``: nothing came in time, or the connection has ended.
    func read(until deadline: Deadline) throws {
        try self.wait(until: deadline)
        try self.checkOpen()
    }

    /// Ends the connection, without what is still to be written.
    ///
    /// Only inside ``withSocket(_:)``, or where nobody else has it any more.
    func close() {
        // libnats 3.4.1 closes where it reads the end, which comes behind what the system has for us. Told to close, it would
        // wait half a second for what is to be written.
        self.socket.shutDown()
        for _ in 0..<Self.lastReads where !self.handle.isClosed { natsConnection_ProcessReadEvent(self.handle.pointer) }
        self.handle.close()
    }

    private func wait(for events: Int32 = 0, until deadline: Deadline) throws {
        try self.checkOpen()
        let ready = self.socket.wait(for: events, until: deadline)
        if ready == 0, deadline.hasPassed { throw NATSError(NATS_TIMEOUT) }
        if ready & ~POLLOUT != 0 { self.readSome() }
    }

    /// Reads what has come, or 32 KiB of it, and answers what the server asks.
    private func readSome() {
        natsConnection_ProcessReadEvent(self.handle.pointer)
        self.writeSome()
    }

    /// Writes what the socket takes.
    private func writeSome() {
        // libnats 3.4.1 takes a write of nothing for the end of the connection.
        if self.unwrittenBytes > 0 { natsConnection_ProcessWriteEvent(self.handle.pointer) }
    }

    private func checkOpen() throws {
        guard !self.handle.isClosed else { throw NATSError(NATS_CONNECTION_CLOSED) }
    }

    /// Sees to the server where nobody has the socket.
    private func serve() {
        self.turn.withLockIfAvailable { _ in
            while self.socket.wait(until: .after(.zero)) != 0 { self.readSome() }
            self.writeSome()
        }
    }
}
