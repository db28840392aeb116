import Outbox

/// Claimed rows, each execution's in `outbox_id` order, and what a message needs of their payloads.
protocol RowBatch: Sendable {
    /// The rows.
    var rows: [OutboxRow] { get }

    /// Lends the payload of a row: JSON as PostgreSQL prints it.
    func withPayload<R: ~Copyable>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R

    /// The envelope's `tenant_id`, where it has one.
    func tenant(_ index: Int) -> String?

    /// The envelope's `organization_id`, where it has one.
    func organization(_ index: Int) -> String?

    /// The envelope's `event_type`, where it has one.
    func eventType(_ index: Int) -> String?

    /// The W3C trace context in the envelope's `meta`, where there is one.
    func traceparent(_ index: Int) -> String?

    /// How long the row has waited since it was written, in seconds, where that is known.
    func waited(_ index: Int) -> Double?
}

extension LockedBatch: RowBatch {
    func waited(_ index: Int) -> Double? { self.age(index) }
}
