import JetStream
import Outbox

/// What `relayctl status` found.
struct StatusReport: Sendable {
    /// The stream's name.
    let stream: String
    /// The consumer's name.
    let consumer: String
    /// How the table stands; `nil` where the database could not be asked.
    var outbox: OutboxStatus?
    /// Whether the broker could be asked.
    var isBrokerThere = false
    /// The stream; `nil` where there is none.
    var streamInfo: StreamInfo?
    /// The projector's consumers; `nil` where they could not be asked for.
    var consumers: ProjectorConsumers?
    /// A sentence for each server that could not be asked.
    var faults: [String] = []
}
