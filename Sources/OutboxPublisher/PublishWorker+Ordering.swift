import JetStream
import Outbox
import ServiceLifecycle
import Waiting

// Where the orderings differ, beside what is claimed: what is sent at once.
extension PublishWorker {
    /// Publishes a batch.
    ///
    /// - Parameters:
    ///   - batch: The rows.
    ///   - session: Where to.
    ///   - schedule: Until when.
    /// - Returns: What became of each message; `nil` for one that was held back behind one of its execution.
    func publish(
        _ batch: Source.Batch,
        over session: PublishSession<Source>,
        _ schedule: ClaimSchedule
    ) async -> [PublishOutcome?] {
        let writer = EventMessageWriter(subjects: self.settings.subjects)
        var rounds = SendingRounds(batch.rows) { self.needsCare(batch.rows[$0], session) }
        guard !rounds.isSingle else {
            return await self.send(batch.rows.count, over: session, schedule) { index, draft in
                try writer.write(index, in: batch, to: &draft)
            }
        }
        var outcomes = [PublishOutcome?](repeating: nil, count: batch.rows.count)
        while case let round = rounds.next, !round.isEmpty {
            let results = await self.send(round.count, over: session, schedule) { place, draft in
                try writer.write(round[place], in: batch, to: &draft)
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
        _ schedule: ClaimSchedule,
        _ write: @Sendable (Int, inout MessageDraft) throws -> Void
    ) async -> [PublishOutcome] {
        await session.publisher.publish(
            count,
            timeout: self.settings.acknowledgementTimeout,
            until: schedule.answersEnd,
            delay: self.wake.patience,
            // The broker is slow: time for a colleague, who hears of commits meanwhile.
            onDelay: { self.wake.callColleague() },
            while: {
                !schedule.sendingEnd.hasPassed && !(session.source.handsBack && Task.isShuttingDownGracefully)
            },
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
