import InternalContract
import Outbox

extension ClaimAnswer {
    /// The answer for claimed rows.
    static func json(_ leased: LeasedRows) -> [UInt8] {
        let payloadBytes = leased.rows.indices.reduce(0) { sum, index in
            sum + leased.withPayload(index) { $0.count }
        }
        return self.json(rowCount: leased.rows.count, payloadBytes: payloadBytes) { index, json in
            let row = leased.rows[index]
            let claimed = ClaimedRow(
                outboxID: row.outboxID,
                eventID: row.eventID,
                executionID: row.executionID,
                subject: row.subject,
                payloadCodec: leased.payloadCodec(index),
                attempts: row.attempts
            )
            leased.withPayload(index) { payload in claimed.encode(payload: payload, into: &json) }
        }
    }
}
