import JetStream
import Outbox
import Waiting

// Where the orderings differ, beside what is claimed: what is sent at once.
extension PublishWorker {
    /// Publishes a batch.
    ///
    /// - Parameters:
    ///   - batch: The rows.
    ///   - session: Where to.
    ///   - claimEnd: When the claim may be over; nothing is sent after that. A process that was stopped and continued
    ///     finds this in the past.
    /// - Returns: What became of each message; `nil` for one that was held back behind one of its execution.
    func publish(
        _ batch: Source.Batch,
        over session: PublishSession<Source>,
        claimEnd: Deadline
    ) async -> [PublishOutcome?] {
        let writer = EventMessageWriter(subjects: self.settings.subjects)
        @Sendable func write(_ index: Int, to draft: inout MessageDraft) throws {
            guard !claimEnd.hasPassed else { throw NATSError(.timeout, "the claim is over") }
            try writer.write(index, in: batch, to: &draft)
        }
        var rounds = SendingRounds(batch.rows) { self.needsCare(batch.rows[$0], session) }
        guard !rounds.isSingle else {
            return await self.send(batch.rows.count, over: session, write)
        }
        var outcomes = [PublishOutcome?](repeating: nil, count: batch.rows.count)
        // Half of the claim for sending: the marks come after the last round. What is left over goes with the next batch.
        let lastStart = Deadline.after((claimEnd.remaining ?? .zero) / 2)
        while case let round = rounds.next, !round.isEmpty, !lastStart.hasPassed {
            let results = await self.send(round.count, over: session) { place, draft in
                try write(round[place], to: &draft)
            }
            for (index, outcome) in zip(round, results) { outcomes[index] = outcome }
            rounds.finish(results)
        }
        return outcomes
    }

    /// Sends messages at once and waits for their PubAcks.
    private func send(
        _ count: Int,
        over session: PublishSession<Source>,
        _ write: @Sendable (Int, inout MessageDraft) throws -> Void
    ) async -> [PublishOutcome] {
        await session.publisher.publish(
            count,
            timeout: self.settings.acknowledgementTimeout,
            delay: self.wake.patience,
            // The broker is slow: time for a colleague, who hears of commits meanwhile.
            onDelay: { self.wake.callColleague() },
            write
        )
    }

    /// Whether a row may be refused while the next of its execution would be taken.
    ///
    /// Under `execution` only where there is a reason to think so: it was refused before, or our stream does not store
    /// its subject. All others are sent without waiting, which is what makes that order free.
    private func needsCare(_ row: OutboxRow, _ session: PublishSession<Source>) -> Bool {
        switch self.settings.ordering {
        case .strict: true
        case .none: false
        case .execution: row.attempts > 1 || row.subject.map { !$0.isEmpty && !session.stores($0) } ?? false
        }
    }
}
