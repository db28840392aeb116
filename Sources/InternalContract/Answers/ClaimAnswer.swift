package import RawJSON

/// The answer of `POST outbox/claim`: `{"rows": […], "claimed": n}`.
package enum ClaimAnswer {
    /// Builds the answer.
    ///
    /// - Parameters:
    ///   - rowCount: How many rows there are.
    ///   - payloadBytes: How long their payloads are together.
    ///   - encodeRow: Writes the row of an index, with ``ClaimedRow/encode(payload:into:)``.
    /// - Returns: The answer as JSON.
    package static func json(
        rowCount: Int,
        payloadBytes: Int,
        encodeRow: (_ index: Int, _ json: inout JSONWriter) -> Void
    ) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: payloadBytes + rowCount * ClaimedRow.typicalBytes + 32)
        json.object { json in
            json.key("rows")
            json.array { json in
                for index in 0..<rowCount { encodeRow(index, &json) }
            }
            json.key("claimed")
            json.integer(rowCount)
        }
        return json.bytes
    }
}
