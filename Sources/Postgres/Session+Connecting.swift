import CLibPQ
import Glibc
import Waiting

extension Session {
    /// The longest that connecting takes, whatever is set: who waits for it must show a sign of life now and then.
    private static let longestConnecting = Duration.seconds(60)

    /// Brings a connection that was begun to its end.
    ///
    /// - Parameters:
    ///   - handle: The connection.
    ///   - interrupt: What a cancellation interrupts.
    ///   - operation: By when.
    /// - Throws: ``PostgresError``, or `CancellationError` where the operation was cancelled.
    static func finishConnecting(
        _ handle: OpaquePointer,
        interrupt: Interrupt,
        operation: Operation
    ) throws {
        func failed() -> PostgresError {
            PostgresError(.connectionFailed, String(cString: PQerrorMessage(handle)).oneLine)
        }
        guard PQstatus(handle) != CONNECTION_BAD else { throw failed() }
        let share = Self.share(ofEachHost: handle, operation.deadline)
        var events = Int16(POLLOUT)
        while true {
            let isReaching = PQstatus(handle) == CONNECTION_STARTED
            let limit = isReaching ? share.map(Deadline.after) ?? .never : .never
            let deadline = Deadline.earliest(limit, operation.deadline)
            switch Self.wait(for: events, on: PQsocket(handle), interrupt: interrupt, until: deadline) {
            case .ready: break
            // libpq goes on to the next host from an error only: how long one may be silent it leaves to its caller.
            case .timedOut where !operation.deadline.hasPassed: shutdown(PQsocket(handle), Int32(SHUT_RDWR))
            case .timedOut: throw PostgresError(.connectionFailed, "the server did not answer in time")
            case .interrupted:
                guard !interrupt.isCancelled(operation: operation.number) else { throw CancellationError() }
                continue
            }
            switch PQconnectPoll(handle) {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING: events = Int16(POLLIN)
            case PGRES_POLLING_WRITING: events = Int16(POLLOUT)
            default: throw failed()
            }
        }
    }

    /// How long connecting may take, all together.
    ///
    /// libpq leaves `connect_timeout` to its callers, too, where it does not wait itself: whole seconds for each host, or no
    /// limit where that is not positive.
    ///
    /// - Parameters:
    ///   - handle: The connection, which knows where it is set: in the string, the environment or a service file.
    ///   - timeout: How long where it is set nowhere.
    /// - Returns: How long, for all hosts.
    /// - Throws: ``PostgresError`` where it is no whole number.
    static func connectTimeout(of handle: OpaquePointer, default timeout: Duration) throws -> Duration {
        guard let options = PQconninfo(handle) else { return timeout }
        defer { PQconninfoFree(options) }
        guard let text = options.value(of: "connect_timeout"), !text.isEmpty else { return timeout }
        guard let seconds = PostgresConfiguration.seconds(connectTimeout: text) else {
            throw PostgresError(.connectionFailed, PostgresConfiguration.connectTimeoutFault)
        }
        guard seconds > 0 else { return self.longestConnecting }
        return min(.seconds(seconds) * options.hostCount, self.longestConnecting)
    }

    /// How long each host of several has to take the connection; `nil` where there is one, which has all the time.
    private static func share(ofEachHost handle: OpaquePointer, _ deadline: Deadline) -> Duration? {
        guard let options = PQconninfo(handle) else { return nil }
        defer { PQconninfoFree(options) }
        let hosts = options.hostCount
        return hosts > 1 ? deadline.remaining.map { $0 / hosts } : nil
    }
}

extension UnsafeMutablePointer<PQconninfoOption> {
    /// The value of a keyword in libpq's list of options, or `nil` where it is not set.
    func value(of keyword: String) -> String? {
        var option = self
        while let name = option.pointee.keyword {
            if String(cString: name) == keyword { return option.pointee.val.map { String(cString: $0) } }
            option += 1
        }
        return nil
    }

    /// How many hosts are named; one where none is.
    fileprivate var hostCount: Int {
        ["host", "hostaddr"]
            .compactMap { self.value(of: $0) }
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
            .max() ?? 1
    }
}
