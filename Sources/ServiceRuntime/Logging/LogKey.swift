/// The keys of log metadata, one meaning each in every process.
package enum LogKey {
    /// The dependency a line is about.
    package static let dependency = "dependency"
    /// What went wrong, in words without any row's content.
    package static let error = "error"
    /// The stream.
    package static let stream = "nats.stream"
    /// The consumer.
    package static let consumer = "nats.consumer"
    /// The subject.
    package static let subject = "nats.subject"
    /// A row of `noetl.outbox`.
    package static let outboxID = "outbox.id"
    /// A number of rows or messages.
    package static let count = "count"
    /// How many of them were parked.
    package static let parked = "outbox.parked"
    /// How many rows were published before one of their execution that was refused.
    package static let overtaken = "outbox.overtaken"
    /// An execution.
    package static let executionID = "execution.id"
    /// A change of the partitions of `noetl.event`.
    package static let partition = "partition"
    /// A request.
    package static let requestID = "request.id"
    /// The trace that a request belongs to.
    package static let traceID = "trace.id"
    /// The address that is listened on.
    package static let address = "server.address"
    /// The address at which KEDA's external scaler is listened on.
    package static let scalerAddress = "scaler.address"
    /// A ScaledObject of KEDA.
    package static let scaledObject = "scaled_object"
}
