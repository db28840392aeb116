import Outbox
import Postgres
import Synchronization
import Waiting

/// Hears of commits on the connection that a worker claims over.
///
/// While a transaction is open the server keeps notifications back and sends them with the answer to COMMIT: a worker with
/// much to do is woken by none of them. Beside a connection that only listens, whose thread wakes the worker's, that spares
/// a process of the server and a thread for each commit.
///
/// One worker's, who makes one call at a time; ``wake()`` is anybody's.
final class OutboxLookout: Sendable {
    private let connection: PostgresConnection
    private let listens = Atomic<Bool>(false)
    private let isCrowded = Atomic<Bool>(false)
    private let isCommitting = Atomic<Bool>(false)
    private let hasNews = Atomic<Bool>(false)

    /// Creates one that does not listen yet, over a connection that has no pooler before it.
    init(_ connection: PostgresConnection) {
        self.connection = connection
    }

    /// Whether it listens.
    var isListening: Bool { self.listens.load(ordering: .relaxed) }

    /// Whether, for all it has heard, rows may be committed that nobody notifies of: the next claim is to ask.
    var mayHaveUnannounced: Bool { self.isCrowded.load(ordering: .relaxed) }

    /// Whether the last claim asked, and there were some.
    var hasUnannounced: Bool { self.isCommitting.load(ordering: .relaxed) }

    /// Takes what a claim was answered about them; `nil` where it did not ask.
    func note(hasUnannounced: Bool?) {
        self.isCommitting.store(hasUnannounced ?? false, ordering: .relaxed)
        if hasUnannounced == false { self.isCrowded.store(false, ordering: .relaxed) }
    }

    /// Listens from now on.
    ///
    /// - Returns: Whether it did not before: what was committed meanwhile was not heard.
    /// - Throws: `PostgresError`.
    func begin() async throws -> Bool {
        guard !self.isListening else { return false }
        try await self.connection.listen(to: OutboxRepository.channel)
        self.listens.store(true, ordering: .relaxed)
        // Who announced them may have done it before.
        self.isCrowded.store(true, ordering: .relaxed)
        return true
    }

    /// Listens no longer: the server wakes each process that listens at each commit.
    ///
    /// - Returns: Whether it did before.
    /// - Throws: `PostgresError`.
    func end() async throws -> Bool {
        guard self.isListening else { return false }
        try await self.connection.stopListening(to: OutboxRepository.channel)
        self.listens.store(false, ordering: .relaxed)
        await self.forget()
        self.isCrowded.store(false, ordering: .relaxed)
        return true
    }

    /// Returns when there were commits since the last time, when woken, or when the deadline passes.
    ///
    /// - Throws: `PostgresError`, or `CancellationError`.
    func wait(until deadline: Deadline = .never) async throws {
        guard let notification = try await self.connection.nextNotification(deadline: deadline) else { return }
        self.hear([notification.payload])
        self.hear(await self.connection.takeNotifications())
    }

    /// Makes ``wait()`` return: now, or else the next time.
    ///
    /// Any thread.
    func wake() {
        self.connection.wake()
    }

    /// Forgets the notifications that have come: one look at the table, after this, is for all of them.
    ///
    /// - Returns: Whether there were any, since the last time.
    @discardableResult
    func forget() async -> Bool {
        self.hear(await self.connection.takeNotifications())
        return self.hasNews.exchange(false, ordering: .relaxed)
    }

    private func hear(_ payloads: [String]) {
        if !payloads.isEmpty { self.hasNews.store(true, ordering: .relaxed) }
        guard payloads.contains(OutboxRepository.crowded) else { return }
        self.isCrowded.store(true, ordering: .relaxed)
    }
}
