import CLibPQ
import Glibc
import Waiting

/// One libpq connection, driven so that libpq never blocks: every wait is a `poll(2)` here, with a deadline and an
/// interrupt.
///
/// Not thread-safe, like the `PGconn` it owns: the actor that holds it is its only user.
///
/// - Important: `PQconnectStart` resolves the host's name, which can block as long as the system's resolver does.
final class Session {
    /// How long a cancelled statement has to end before its connection is given up.
    private static let cancelGrace = Duration.seconds(2)

    private let handle: OpaquePointer
    private let interrupt: Interrupt
    private let cancelHandle: CancelHandle?
    private var prepared: Set<String> = []

    /// Whether a pooler stands between us and the server, so that a session is not ours from one transaction to the
    /// next: no named statements, no LISTEN, no session settings.
    private(set) var isPooled = false

    /// Connects.
    ///
    /// - Parameters:
    ///   - configuration: Where to, and for how long to try.
    ///   - interrupt: What a cancellation interrupts.
    ///   - number: The operation's, by which it can be cancelled.
    /// - Throws: ``PostgresError``, or `CancellationError` where the operation was cancelled.
    init(_ configuration: PostgresConfiguration, interrupt: Interrupt, operation number: UInt64) throws {
        guard let handle = configuration.withKeywords({ PQconnectStartParams($0, $1, 1) }) else {
            throw PostgresError(.connectionFailed, "out of memory")
        }
        self.handle = handle
        self.interrupt = interrupt
        let operation: Operation
        do {
            let timeout = try Self.connectTimeout(of: handle, default: configuration.connectTimeout)
            operation = Operation(number: number, deadline: .after(timeout))
            try Self.finishConnecting(handle, interrupt: interrupt, operation: operation)
        } catch {
            PQfinish(handle)
            throw error
        }
        self.cancelHandle = CancelHandle(connection: handle)
        // libpq would print notices on standard error.
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
        guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else { throw self.connectionLost() }
        self.isPooled = try self.detectPooler(operation)
    }

    deinit { PQfinish(self.handle) }

    var socket: Int32 { PQsocket(self.handle) }
    var isBroken: Bool { PQstatus(self.handle) != CONNECTION_OK }
    var isInTransaction: Bool { PQtransactionStatus(self.handle) != PQTRANS_IDLE }

    /// Sends the steps in one go and returns one result for each.
    ///
    /// Without an explicit BEGIN the steps are one transaction, as the server treats everything up to a Sync message.
    func run(_ steps: [Step], _ operation: Operation) throws -> [QueryResult] {
        do {
            return try self.attempt(steps, operation)
        } catch let error as PostgresError
            where ["26000", "42P05"].contains(error.sqlState) && !self.isInTransaction
        {
            // The server's statements are not those we think we prepared: `attempt` has forgotten or learnt them.
            return try self.attempt(steps, operation)
        }
    }

    /// Runs a script of several statements without parameters, as one transaction unless it says otherwise.
    func run(script: String, _ operation: Operation) throws {
        guard PQexitPipelineMode(self.handle) == 1, PQsendQuery(self.handle, script) == 1 else {
            throw self.connectionLost()
        }
        var failure: PostgresError?
        while let result = try self.nextResult(operation) {
            if let error = Self.failure(of: result) { failure = failure ?? error }
            PQclear(result)
        }
        guard PQenterPipelineMode(self.handle) == 1 else { throw self.connectionLost() }
        if let failure { throw failure }
    }

    /// Waits for a notification on a channel this session listens to; `nil` when the deadline passes first.
    func nextNotification(_ operation: Operation) throws -> PostgresNotification? {
        while true {
            if let notification = self.takeNotification() { return notification }
            if self.interrupt.takeWake() { return nil }
            switch self.wait(for: Int16(POLLIN), until: operation.deadline) {
            case .ready: guard PQconsumeInput(self.handle) == 1 else { throw self.connectionLost() }
            case .timedOut: return nil
            case .interrupted: if self.interrupt.isCancelled(operation: operation.number) { throw CancellationError() }
            }
        }
    }

    /// Returns the next of the notifications that came with the answers read so far.
    func takeNotification() -> PostgresNotification? {
        guard let notification = PQnotifies(self.handle) else { return nil }
        defer { PQfreemem(notification) }
        return PostgresNotification(
            channel: String(cString: notification.pointee.relname),
            payload: String(cString: notification.pointee.extra)
        )
    }

    /// Reads what came while nobody was looking: a notice, a changed parameter, or the end of the connection.
    func readPendingInput() {
        // One call reads what is there in one piece; the end of the connection can come right behind a last word.
        var descriptor = pollfd(fd: self.socket, events: Int16(POLLIN), revents: 0)
        while PQconsumeInput(self.handle) == 1, poll(&descriptor, 1, 0) > 0 {}
    }
}

// MARK: - Steps

extension Session {
    private func attempt(_ steps: [Step], _ operation: Operation) throws -> [QueryResult] {
        var preparing: [(index: Int, name: String)] = []
        var commands = 0
        for step in steps {
            let binding = ParameterBinding(step.parameters)
            guard binding.longestValue < Step.maximumValueBytes else {
                throw PostgresError(
                    .server,
                    "a parameter is larger than PostgreSQL takes",
                    sqlState: "54000"
                )
            }
            if !self.isPooled && !self.prepared.contains(step.statement.name)
                && !preparing.contains(where: { $0.name == step.statement.name })
            {
                guard
                    PQsendPrepare(self.handle, step.statement.name, step.statement.sql, binding.count, binding.types)
                        == 1
                else { throw self.connectionLost() }
                preparing.append((commands, step.statement.name))
                commands += 1
            }
            guard self.send(step.statement, binding) else { throw self.connectionLost() }
            commands += 1
        }
        guard PQpipelineSync(self.handle) == 1 else { throw self.connectionLost() }
        return try self.collect(commands, preparing: preparing, operation)
    }

    private func send(_ statement: Statement, _ binding: ParameterBinding) -> Bool {
        binding.withPointers { pointers in
            if self.isPooled {
                PQsendQueryParams(
                    self.handle,
                    statement.sql,
                    binding.count,
                    binding.types,
                    pointers,
                    binding.lengths,
                    binding.formats,
                    0
                ) == 1
            } else {
                PQsendQueryPrepared(
                    self.handle,
                    statement.name,
                    binding.count,
                    pointers,
                    binding.lengths,
                    binding.formats,
                    0
                ) == 1
            }
        }
    }

    private func collect(
        _ commands: Int,
        preparing: [(index: Int, name: String)],
        _ operation: Operation
    ) throws -> [QueryResult] {
        var results: [QueryResult] = []
        var failure: PostgresError?
        for command in 0..<commands {
            let name = preparing.first { $0.index == command }?.name
            while let handle = try self.nextResult(operation) {
                if let error = Self.failure(of: handle) {
                    PQclear(handle)
                    failure = failure ?? error
                    // The server has forgotten its statements, but not those it has just learnt.
                    if error.sqlState == "26000" {
                        self.prepared = Set(preparing.lazy.filter { $0.index < command }.map(\.name))
                    }
                    if let name, error.sqlState == "42P05" { self.prepared.insert(name) }
                } else if let name {
                    PQclear(handle)
                    self.prepared.insert(name)
                } else {
                    results.append(QueryResult(adopting: handle))
                }
            }
        }
        if let failure, self.isBroken { throw failure }
        let failureAtCommit = try self.endOfPipeline(operation)
        if let failure = failure ?? failureAtCommit { throw failure }
        return results
    }

    /// Reads up to the end of the pipeline, and returns what the server said against the commit that comes with it.
    ///
    /// A constraint that is checked at the commit fails there, when all steps have succeeded.
    private func endOfPipeline(_ operation: Operation) throws -> PostgresError? {
        var failure: PostgresError?
        var isOver = false
        // Behind an error comes the end of its results, and then that of the pipeline.
        for _ in 0..<3 where !isOver {
            guard let handle = try self.nextResult(operation) else { continue }
            if let error = Self.failure(of: handle) { failure = error }
            isOver = PQresultStatus(handle) == PGRES_PIPELINE_SYNC
            PQclear(handle)
        }
        guard isOver else { throw failure ?? self.connectionLost() }
        return failure
    }

    /// The error a result stands for, or `nil` for a good one.
    private static func failure(of result: OpaquePointer) -> PostgresError? {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_PIPELINE_SYNC: return nil
        case PGRES_PIPELINE_ABORTED: return PostgresError(.server, "an earlier step failed", sqlState: "25P02")
        default:
            func field(_ code: Unicode.Scalar) -> String? {
                PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
            }
            // The field codes are the PG_DIAG_ characters of postgres_ext.h, which Swift cannot import.
            guard let sqlState = field("C") else {
                return PostgresError(.connectionLost, String(cString: PQresultErrorMessage(result)).oneLine)
            }
            return PostgresError(
                .server,
                field("M") ?? "",
                sqlState: sqlState,
                detail: field("D"),
                constraint: field("n")
            )
        }
    }

    /// The server's own process number is what it was told at the start, unless a pooler made that one up.
    private func detectPooler(_ operation: Operation) throws -> Bool {
        self.isPooled = true
        let result = try self.run([Step("SELECT pg_backend_pid()")], operation)
        return try result.first?.requiredInteger(row: 0, column: 0) != Int64(PQbackendPID(self.handle))
    }
}

// MARK: - Waiting

extension Session {
    enum Wakeup {
        case ready, timedOut, interrupted
    }

    /// Returns libpq's next result once it is there, cancelling the statement when time or patience run out.
    private func nextResult(_ operation: Operation) throws -> OpaquePointer? {
        var deadline = operation.deadline
        var givingUp: (any Error)?
        while true {
            let unsent = PQflush(self.handle)
            guard unsent >= 0 else { throw givingUp ?? self.connectionLost() }
            guard PQisBusy(self.handle) == 1 || unsent == 1 else { break }
            switch self.wait(for: Int16(unsent == 1 ? POLLIN | POLLOUT : POLLIN), until: deadline) {
            case .ready:
                guard PQconsumeInput(self.handle) == 1 else { throw givingUp ?? self.connectionLost() }
                continue
            case .timedOut where givingUp != nil:
                throw givingUp ?? self.connectionLost()
            case .timedOut:
                givingUp = PostgresError(.deadlineExceeded, "the statement took too long and was cancelled")
            case .interrupted:
                guard givingUp == nil, self.interrupt.isCancelled(operation: operation.number) else { continue }
                givingUp = CancellationError()
            }
            self.cancelHandle?.cancelInBackground()
            deadline = .after(Self.cancelGrace)
        }
        // The request to cancel may reach the server after this statement, and would hit the next one: throwing makes
        // the owner close the connection, whether the statement was still cancelled or not.
        if let givingUp {
            throw givingUp
        }
        return PQgetResult(self.handle)
    }

    private func wait(for events: Int16, until deadline: Deadline) -> Wakeup {
        Self.wait(for: events, on: self.socket, interrupt: self.interrupt, until: deadline)
    }

    static func wait(
        for events: Int16,
        on socket: Int32,
        interrupt: Interrupt,
        until deadline: Deadline
    ) -> Wakeup {
        var descriptors = [
            pollfd(fd: socket, events: events, revents: 0),
            pollfd(fd: interrupt.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let ready = poll(&descriptors, 2, deadline.pollMilliseconds)
        if ready == 0 { return .timedOut }
        if ready < 0 { return deadline.hasPassed ? .timedOut : .interrupted }
        guard descriptors[1].revents != 0 else { return .ready }
        interrupt.drain()
        return .interrupted
    }

    private func connectionLost() -> PostgresError {
        PostgresError(.connectionLost, String(cString: PQerrorMessage(self.handle)).oneLine)
    }
}

extension String {
    /// The text on one line, as log lines want it.
    var oneLine: String {
        self.split { $0.isNewline || $0 == "\t" }.joined(separator: " ")
    }
}
