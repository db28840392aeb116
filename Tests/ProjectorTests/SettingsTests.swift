import JetStream
import Settings
import Testing

@testable import Projector

struct SettingsTests {
    @Test
    func `what may be in flight follows from the size of a batch`() throws {
        let plain = try ProjectorSettings(SettingsReader(environment: [:]))
        #expect(plain.pullLimit == 1000)
        #expect(plain.consumer.acknowledgementWait == .seconds(30))
        #expect(plain.consumer.maximumAcknowledgementsPending == 40_000)
        #expect(plain.retention == nil)
        let large = try ProjectorSettings(
            SettingsReader(
                environment: ["NOETL_PROJECTOR_BATCH_SIZE": "10000", "NOETL_EVENT_RETENTION_SECONDS": "86400"]
            )
        )
        #expect(large.consumer.acknowledgementWait == .seconds(210))
        #expect(large.consumer.maximumAcknowledgementsPending == 400_000)
        #expect(large.retention == .seconds(86400))
    }

    @Test(arguments: [("400", 100), ("1", 1), ("1000000", 1000), ("", 1000)])
    func `fewer messages in flight make smaller batches`(maximum: String, limit: Int) throws {
        let settings = try ProjectorSettings(SettingsReader(environment: ["NOETL_PROJECTOR_MAX_INFLIGHT": maximum]))
        #expect(settings.pullLimit == limit)
    }

    @Test
    func `what is given goes before what follows`() throws {
        let settings = try ProjectorSettings(
            SettingsReader(environment: ["NOETL_PROJECTOR_NATS_MAX_ACK_PENDING": "7"])
        )
        #expect(settings.consumer.maximumAcknowledgementsPending == 7)
    }
}
