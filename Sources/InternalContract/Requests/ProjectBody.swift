import RawJSON

/// The body of `POST events/project` as a client writes it; a server reads it into the envelopes of its event log.
package enum ProjectBody {
    /// Builds the body from envelopes as they came: each is one JSON object, passed on byte for byte.
    package static func json(_ envelopes: some Collection<some Collection<UInt8>>) -> [UInt8] {
        let bytes = envelopes.reduce(0) { $0 + $1.count + 1 }
        var json = JSONWriter(reservingCapacity: bytes + 16)
        json.object { json in
            json.key("events")
            json.array { json in
                for envelope in envelopes { json.raw(envelope) }
            }
        }
        return json.bytes
    }
}
