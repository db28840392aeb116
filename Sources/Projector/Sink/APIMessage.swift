import EventLog
import RawJSON

/// A message on its way to `/api/internal`.
struct APIMessage: Sendable {
    /// Its place among those of our shard.
    let place: Int
    /// Its place among those delivered.
    let index: Int
    /// Its events.
    let events: [EventEnvelope]
}
