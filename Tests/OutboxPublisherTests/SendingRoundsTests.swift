import JetStream
import Testing

@testable import Outbox
@testable import OutboxPublisher

struct SendingRoundsTests {
    private static let acknowledged = PublishOutcome.acknowledged(sequence: 1, isDuplicate: false)

    @Test func `where nothing calls for care, all messages go in one round, in their order`() {
        let rounds = SendingRounds(Self.rows([1, 1, 2, nil, 1, nil])) { _ in false }
        #expect(rounds.isSingle)
        #expect(rounds.next == [0, 1, 2, 3, 4, 5])
    }

    @Test func `where all calls for care, the next message of an execution follows a PubAck`() {
        var rounds = SendingRounds(Self.rows([1, 1, 2, nil, 1, nil])) { _ in true }
        #expect(!rounds.isSingle)
        #expect(rounds.next.sorted() == [0, 2, 3, 5])
        rounds.finish(rounds.next.map { _ in Self.acknowledged })
        #expect(rounds.next == [1])
        rounds.finish([Self.acknowledged])
        #expect(rounds.next == [4])
        rounds.finish([Self.acknowledged])
        #expect(rounds.next.isEmpty)
    }

    @Test func `an execution is over with its first message that is not acknowledged, others go on`() {
        var rounds = SendingRounds(Self.rows([1, 2, 3, 1, 2, 3])) { _ in true }
        let outcomes = rounds.next.map { index -> PublishOutcome in
            switch index {
            case 0: .refused(NATSError(.refused, "full", jetStreamCode: 10077))
            case 1: .unknown(NATSError(.timeout, ""))
            default: Self.acknowledged
            }
        }
        rounds.finish(outcomes)
        #expect(rounds.next == [5])
    }

    @Test func `one row that calls for care slows its execution only`() {
        var rounds = SendingRounds(Self.rows([1, 2, 1, 2, 1])) { $0 == 2 }
        #expect(rounds.next == [1, 3, 0])
        rounds.finish(rounds.next.map { _ in Self.acknowledged })
        #expect(rounds.next == [2])
    }

    private static func rows(_ executions: [Int64?]) -> [OutboxRow] {
        executions.enumerated()
            .map { index, execution in
                OutboxRow(
                    outboxID: Int64(index),
                    eventID: Int64(index),
                    executionID: execution,
                    subject: nil,
                    attempts: 1
                )
            }
    }
}
