import Glibc
package import Logging
import Synchronization
package import Waiting

/// One connection to PostgreSQL.
///
/// An actor on a queue of its own, because its methods block there until the server answers. Calls are served one after
/// the other. Cancelling the calling task, or letting the deadline pass, cancels the statement on the server and closes
/// the connection: a cancellation that arrives late would otherwise hit the next statement. After any
/// ``PostgresError/Code/connectionLost`` the connection is of no more use; make another.
package actor PostgresConnection {
    private let executor: QueueExecutor
    private let interrupt: Interrupt
    private let logger: Logger
    private var session: Session?
    private var lastOperation: UInt64 = 0

    /// The socket, -1 once the connection is closed.
    ///
    /// Read by the pool to look for a connection that died while idle.
    private nonisolated let socket = Atomic<Int32>(-1)
    private nonisolated let transactionIsOpen = Atomic<Bool>(false)

    /// The queue this connection blocks on.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    private init(logger: Logger, executor: QueueExecutor) throws {
        self.logger = logger
        self.executor = executor
        self.interrupt = try Interrupt()
    }

    isolated deinit { self.close() }

    /// Connects to the server.
    ///
    /// - Parameters:
    ///   - configuration: Where to and how.
    ///   - logger: Told of what the caller does not hear about.
    ///   - executor: Where it blocks.
    /// - Returns: The connection.
    /// - Throws: ``PostgresError`` with ``PostgresError/Code/connectionFailed``, or `CancellationError`.
    package static func connect(
        _ configuration: PostgresConfiguration,
        logger: Logger,
        on executor: QueueExecutor = QueueExecutor(label: "postgres")
    ) async throws -> PostgresConnection {
        let connection = try PostgresConnection(logger: logger, executor: executor)
        try await connection.open(configuration)
        return connection
    }

    private func open(_ configuration: PostgresConfiguration) async throws {
        // Its deadline is the session's to find, once libpq knows what is set.
        let operation = self.nextOperation(.never)
        try await self.cancellable(operation) {
            self.session = try Session(configuration, interrupt: self.interrupt, operation: operation.number)
        }
    }

    /// Whether the connection can no longer be used.
    package nonisolated var isClosed: Bool { self.socket.load(ordering: .acquiring) < 0 }

    /// Whether a transaction is open, or failed and not yet rolled back.
    package nonisolated var isInTransaction: Bool { self.transactionIsOpen.load(ordering: .acquiring) }

    /// Whether a pooler in front of the server keeps us from having a session of our own; see ``Session/isPooled``.
    package var isPooled: Bool { self.session?.isPooled ?? false }

    /// Whether the server sent something nobody asked for, as it does when it closes the connection.
    ///
    /// One system call and no word to the server. Only for a connection that nobody is using.
    nonisolated var hasUnreadInput: Bool {
        var descriptor = pollfd(fd: self.socket.load(ordering: .acquiring), events: Int16(POLLIN), revents: 0)
        return descriptor.fd < 0 || poll(&descriptor, 1, 0) != 0
    }

    /// Reads what ``hasUnreadInput`` found and returns whether the connection survived it.
    func survivesUnreadInput() -> Bool {
        self.session?.readPendingInput()
        self.publishState()
        return !self.isClosed
    }

    /// Closes the connection.
    ///
    /// The server rolls back what was not committed.
    package func close() {
        self.session = nil
        self.publishState()
    }
}

// MARK: - Statements

extension PostgresConnection {
    /// How long a statement may take where its caller does not say.
    package static let defaultTimeout = Duration.seconds(30)

    /// Runs one statement.
    ///
    /// - Parameters:
    ///   - statement: The statement; prepared on first use, except behind a pooler.
    ///   - parameters: The values of `$1`, `$2`, ….
    ///   - deadline: When to give up; by default ``defaultTimeout`` from now.
    /// - Returns: The rows, and how many were touched.
    /// - Throws: ``PostgresError``, or `CancellationError`.
    @discardableResult
    package func query(
        _ statement: Statement,
        _ parameters: [PostgresParameter] = [],
        deadline: Deadline? = nil
    ) async throws -> QueryResult {
        guard let result = try await self.run([Step(statement, parameters)], deadline: deadline).first else {
            throw PostgresError(.unexpectedResult, "the statement returned nothing")
        }
        return result
    }

    /// Runs several statements in one round trip.
    ///
    /// They are one transaction unless they begin or end one themselves; after one that fails none is run.
    ///
    /// - Returns: One result for each.
    /// - Throws: The error of the first that failed: ``PostgresError``, or `CancellationError`.
    @discardableResult
    package func run(_ steps: [Step], deadline: Deadline? = nil) async throws -> [QueryResult] {
        let operation = self.nextOperation(deadline)
        return try await self.cancellable(operation) { try self.openSession.run(steps, operation) }
    }

    /// Runs a script of statements without parameters, as one transaction unless it says otherwise.
    ///
    /// - Throws: ``PostgresError``, or `CancellationError`.
    package func run(script: String, deadline: Deadline? = nil) async throws {
        let operation = self.nextOperation(deadline)
        try await self.cancellable(operation) { try self.openSession.run(script: script, operation) }
    }

    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// A connection that was lost before COMMIT was answered leaves open whether it took place; work in `body` must
    /// bear being done again.
    package nonisolated func withTransaction<R>(_ body: () async throws -> R) async throws -> R {
        try await self.query("BEGIN")
        let value: R
        do {
            value = try await body()
        } catch {
            await self.rollBack()
            throw error
        }
        try await self.query("COMMIT")
        return value
    }

    /// Runs `body` under a savepoint of the open transaction: where it throws because the server refused something, the
    /// transaction is as it was before and can go on.
    ///
    /// - Throws: What `body` throws; ``PostgresError`` where the way back is not possible either.
    package nonisolated func withSavepoint<R>(_ body: () async throws -> R) async throws -> R {
        try await self.query("SAVEPOINT part")
        do {
            let value = try await body()
            try await self.query("RELEASE SAVEPOINT part")
            return value
        } catch let error as PostgresError where error.code == .server && !self.isClosed {
            try await self.run(["ROLLBACK TO SAVEPOINT part", "RELEASE SAVEPOINT part"].map { Step($0) })
            throw error
        }
    }

    /// Ends a transaction without effect; closes the connection where even that fails, which has the same effect.
    package func rollBack() async {
        guard !self.isClosed, self.isInTransaction else { return }
        do {
            // The task may be a cancelled one, and the rows it locked must be let go all the same.
            try await Task { _ = try await self.query("ROLLBACK") }.value
        } catch {
            self.logger.debug("Closing a connection that could not roll back", metadata: ["error": "\(error)"])
            self.close()
        }
    }

    /// Receives notifications on a channel from now on.
    ///
    /// - Throws: ``PostgresError``, or `CancellationError`.
    package nonisolated func listen(to channel: String) async throws {
        try await self.query(Statement("LISTEN \(Self.quoted(channel))"))
    }

    /// Receives them no longer; what has come is still to be had.
    ///
    /// - Throws: ``PostgresError``, or `CancellationError`.
    package nonisolated func stopListening(to channel: String) async throws {
        try await self.query(Statement("UNLISTEN \(Self.quoted(channel))"))
    }

    private static func quoted(_ name: String) -> String {
        "\"\(name.replacing("\"", with: "\"\""))\""
    }

    /// Waits for a notification on a channel that is listened to.
    ///
    /// - Returns: The notification, or `nil` when the deadline passed or ``wake()`` was called first.
    package func nextNotification(deadline: Deadline) async throws -> PostgresNotification? {
        let operation = self.nextOperation(deadline)
        return try await self.cancellable(operation) { try self.openSession.nextNotification(operation) }
    }

    /// Takes the notifications that came with the answers read so far.
    ///
    /// Each is kept until it is asked for, also while nobody waits for one.
    ///
    /// - Returns: Their payloads, in order.
    package func takeNotifications() -> [String] {
        var payloads: [String] = []
        while let notification = self.session?.takeNotification() { payloads.append(notification.payload) }
        return payloads
    }

    /// Makes ``nextNotification(deadline:)`` return without one: the call that waits, or else the next one.
    ///
    /// Any thread.
    package nonisolated func wake() {
        self.interrupt.wake()
    }
}

// MARK: - Operations

extension PostgresConnection {
    private var openSession: Session {
        get throws {
            guard let session = self.session else {
                throw PostgresError(.connectionLost, "the connection is closed")
            }
            return session
        }
    }

    private func nextOperation(_ deadline: Deadline?) -> Operation {
        self.lastOperation += 1
        return Operation(number: self.lastOperation, deadline: deadline ?? .after(Self.defaultTimeout))
    }

    /// Runs blocking work that the task's cancellation interrupts, and takes note of what became of the connection.
    private func cancellable<R: Sendable>(_ operation: Operation, _ work: () throws -> R) async throws -> R {
        defer { self.publishState() }
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            do {
                return try work()
            } catch let error as PostgresError where error.code == .server || error.code == .unexpectedResult {
                throw error
            } catch {
                self.session = nil
                throw error
            }
        } onCancel: {
            self.interrupt.cancel(operation: operation.number)
        }
    }

    private func publishState() {
        if self.session?.isBroken == true { self.session = nil }
        self.socket.store(self.session?.socket ?? -1, ordering: .releasing)
        self.transactionIsOpen.store(self.session?.isInTransaction ?? false, ordering: .releasing)
    }
}
