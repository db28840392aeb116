import DequeModule
package import Logging

/// A bounded set of connections, made when needed and kept for reuse.
///
/// A connection is looked at before it is lent (one system call): one that the server closed while it was idle is
/// replaced without the borrower noticing. A borrower waits for a free connection for a bounded time only.
package actor PostgresPool {
    private enum Grant {
        /// A connection that came back.
        case connection(PostgresConnection)
        /// Room for a new connection, which the one who waited makes.
        case room
    }

    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Grant, any Error>
    }

    private let configuration: PostgresConfiguration
    private let maximumConnections: Int
    private let waitTimeout: Duration
    private let maximumWaiters: Int
    private let logger: Logger

    private var idle: [PostgresConnection] = []
    private var total = 0
    private var waiters: Deque<Waiter> = []
    private var lastWaiter: UInt64 = 0
    private var isShut = false

    /// Creates a pool.
    ///
    /// Connects to nothing yet.
    ///
    /// - Parameters:
    ///   - configuration: Where to connect to.
    ///   - maximumConnections: How many connections there are at most, at least 1.
    ///   - waitTimeout: How long a borrower waits for a free one.
    ///   - maximumWaiters: How many borrowers may wait at a time; the next is refused at once.
    ///   - logger: Told of what borrowers do not hear about.
    package init(
        _ configuration: PostgresConfiguration,
        maximumConnections: Int,
        waitTimeout: Duration = .seconds(5),
        maximumWaiters: Int = .max,
        logger: Logger
    ) {
        self.configuration = configuration
        self.maximumConnections = max(1, maximumConnections)
        self.waitTimeout = waitTimeout
        self.maximumWaiters = maximumWaiters
        self.logger = logger
    }

    /// Lends a connection for as long as `body` runs.
    ///
    /// One that comes back closed or within a transaction is not lent again.
    ///
    /// - Throws: ``PostgresError`` (``PostgresError/Code/poolExhausted`` where none became free in time), or what `body`
    ///   throws.
    package nonisolated func withConnection<R>(
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        let connection = try await self.take()
        do {
            let value = try await body(connection)
            await self.giveBack(connection)
            return value
        } catch {
            await self.giveBack(connection)
            throw error
        }
    }

    /// Lends a connection and runs `body` in a transaction on it; see ``PostgresConnection/withTransaction(_:)``.
    package nonisolated func withTransaction<R>(
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        try await self.withConnection { connection in
            try await connection.withTransaction { try await body(connection) }
        }
    }

    /// Closes the idle connections, refuses new borrowers and closes the lent ones as they come back.
    package func close() async {
        self.isShut = true
        for waiter in self.waiters { waiter.continuation.resume(throwing: Self.closed) }
        self.waiters.removeAll()
        let connections = self.idle
        self.idle.removeAll()
        self.total -= connections.count
        for connection in connections { await connection.close() }
    }

    private static let closed = PostgresError(.poolClosed, "the pool was closed")
}

// MARK: - Borrowing

extension PostgresPool {
    private func take() async throws -> PostgresConnection {
        guard !self.isShut else { throw Self.closed }
        while let connection = self.idle.popLast() {
            if await self.isUsable(connection) { return connection }
            self.total -= 1
        }
        if self.total < self.maximumConnections {
            self.total += 1
            return try await self.connect()
        }
        switch try await self.waitForGrant() {
        case .connection(let connection): return connection
        case .room: return try await self.connect()
        }
    }

    /// Makes a connection in the room that the caller has taken, and gives the room back where that fails.
    private func connect() async throws -> PostgresConnection {
        do {
            return try await PostgresConnection.connect(self.configuration, logger: self.logger)
        } catch {
            self.giveRoom()
            throw error
        }
    }

    private func isUsable(_ connection: PostgresConnection) async -> Bool {
        guard connection.hasUnreadInput else { return true }
        return await connection.survivesUnreadInput()
    }

    private func giveBack(_ connection: PostgresConnection) async {
        guard !self.isShut, !connection.isClosed, !connection.isInTransaction else {
            await connection.close()
            return self.giveRoom()
        }
        if let waiter = self.waiters.popFirst() {
            waiter.continuation.resume(returning: .connection(connection))
        } else {
            self.idle.append(connection)
        }
    }

    private func giveRoom() {
        if let waiter = self.waiters.popFirst() {
            waiter.continuation.resume(returning: .room)
        } else {
            self.total -= 1
        }
    }
}

// MARK: - Waiting

extension PostgresPool {
    private func waitForGrant() async throws -> Grant {
        guard self.waiters.count < self.maximumWaiters else {
            throw PostgresError(.poolExhausted, "\(self.waiters.count) others wait for a connection already")
        }
        self.lastWaiter += 1
        let id = self.lastWaiter
        let timer = Task {
            try await Task.sleep(for: self.waitTimeout)
            self.fail(
                id,
                with: PostgresError(.poolExhausted, "all \(self.maximumConnections) connections stayed in use")
            )
        }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    self.waiters.append(Waiter(id: id, continuation: continuation))
                }
            }
        } onCancel: {
            Task { await self.fail(id, with: CancellationError()) }
        }
    }

    /// Ends one borrower's wait, unless it was served in the meantime.
    private func fail(_ id: UInt64, with error: any Error) {
        guard let index = self.waiters.firstIndex(where: { $0.id == id }) else { return }
        self.waiters.remove(at: index).continuation.resume(throwing: error)
    }
}
