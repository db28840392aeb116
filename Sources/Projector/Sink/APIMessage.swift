import RawJSON

/// A message on its way to `/api/internal`.
struct APIMessage: Sendable {
    /// Its place among those delivered.
    let index: Int
    /// The JSON of its events.
    let events: [JSONValue]
}
