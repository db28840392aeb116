import JetStream
import Outbox
import Testing

@testable import OutboxPublisher

struct BatchReportTests {
    private let lost = NATSError(.connectionClosed, "gone")

    @Test func `only a PubAck makes a row published`() {
        let report = BatchReport(
            [
                .acknowledged(sequence: 1, isDuplicate: false), .acknowledged(sequence: 1, isDuplicate: true),
                .unknown(self.lost), .unsent(self.lost),
            ],
            isStored: { _ in true }
        )
        #expect(report.deliveries.map(\.name) == ["published", "published", "undecided", "undecided"])
        #expect(report.duplicates == 1)
        #expect(report.brokerError == self.lost)
    }

    @Test func `a refusal is the row's own, and for good where it cannot pass`() {
        let report = BatchReport(
            [
                .refused(NATSError(.maximumPayload, "")), .refused(NATSError(.invalidSubject, "")),
                .refused(NATSError(.refused, "", jetStreamCode: 10054)),
                .refused(NATSError(.refused, "", jetStreamCode: 10077)),
            ],
            isStored: { _ in true }
        )
        #expect(report.deliveries.map(\.name) == ["parked", "parked", "parked", "refused"])
        #expect(report.brokerError == nil)
    }

    @Test func `silence on a subject of the stream is the broker's fault, elsewhere the row's`() {
        let silence = PublishOutcome.refused(NATSError(.noResponders, ""))
        let ours = BatchReport([silence], isStored: { _ in true })
        #expect(ours.deliveries.map(\.name) == ["undecided"])
        #expect(ours.brokerError != nil)
        let foreign = BatchReport([silence], isStored: { _ in false })
        #expect(foreign.deliveries.map(\.name) == ["refused"])
        #expect(foreign.brokerError == nil)
    }

    @Test func `a message without PubAck is refused where later ones have theirs, else the broker is silent`() {
        let silence = PublishOutcome.unknown(NATSError(.timeout, "no PubAck"))
        let stored = PublishOutcome.acknowledged(sequence: 1, isDuplicate: false)
        let report = BatchReport(
            [stored, silence, stored, silence],
            isStored: { _ in true }
        )
        #expect(report.deliveries.map(\.name) == ["published", "refused", "published", "undecided"])
        #expect(report.brokerError != nil)
    }

    @Test func `a message that was withheld is left as it is, and is nobody's fault`() {
        let report = BatchReport([.acknowledged(sequence: 1, isDuplicate: false), .withheld], isStored: { _ in true })
        #expect(report.deliveries.map(\.name) == ["published", "undecided"])
        #expect(report.brokerError == nil)
        #expect(report.hasTried)
        #expect(!BatchReport([.withheld, nil], isStored: { _ in true }).hasTried)
    }

    @Test func `a message that was held back is left as it is, and is nobody's fault`() {
        let report = BatchReport([.acknowledged(sequence: 1, isDuplicate: false), nil], isStored: { _ in true })
        #expect(report.deliveries.map(\.name) == ["published", "undecided"])
        #expect(report.brokerError == nil)
    }
}

extension Delivery {
    fileprivate var name: String {
        switch self {
        case .published: "published"
        case .undecided: "undecided"
        case .refused(_, isPermanent: true): "parked"
        case .refused(_, isPermanent: false): "refused"
        }
    }
}
