import CLibNATS
import Synchronization

/// Brings each PubAck to the message it is for.
///
/// libnats names a message in its acknowledgement callback by the address of its `natsMsg`, which stays allocated, and
/// so unique, until the callback has destroyed it.
final class AcknowledgementRouter: Sendable {
    private struct Destination {
        let batch: PublishBatch
        let index: Int
    }

    private static let registry = CallbackRegistry<AcknowledgementRouter>()

    private let destinations = Mutex<[UInt: Destination]>([:])

    /// Makes libnats deliver the acknowledgements of a context to this router.
    ///
    /// Returns what ``remove(_:)`` takes.
    func install(in options: inout jsOptions) -> UnsafeMutableRawPointer? {
        let closure = Self.registry.insert(self)
        options.PublishAsync.AckHandlerClosure = closure
        options.PublishAsync.AckHandler = { _, message, acknowledgement, failure, closure in
            // The message is ours to destroy here, the other two are gone when this returns (nats.h, jsPubAckHandler).
            defer { natsMsg_Destroy(message) }
            guard let message else { return }
            AcknowledgementRouter.registry.target(of: closure)?.route(message, acknowledgement, failure)
        }
        return closure
    }

    /// Ends the delivery of acknowledgements.
    static func remove(_ closure: UnsafeMutableRawPointer?) {
        self.registry.remove(closure)
    }

    /// Announces a message before it is sent: its acknowledgement can come before the call that sends it returns.
    func expect(_ message: OpaquePointer, for batch: PublishBatch, index: Int) {
        let address = UInt(bitPattern: message)
        self.destinations.withLock { $0[address] = Destination(batch: batch, index: index) }
    }

    /// Takes an announcement back, for a message that was not sent.
    func forget(_ message: OpaquePointer) {
        _ = self.take(message)
    }

    private func route(
        _ message: OpaquePointer,
        _ acknowledgement: UnsafeMutablePointer<jsPubAck>?,
        _ failure: UnsafeMutablePointer<jsPubAckErr>?
    ) {
        guard let destination = self.take(message) else { return }
        destination.batch.settle(destination.index, Self.outcome(acknowledgement, failure))
    }

    private func take(_ message: OpaquePointer) -> Destination? {
        let address = UInt(bitPattern: message)
        return self.destinations.withLock { $0.removeValue(forKey: address) }
    }

    private static func outcome(
        _ acknowledgement: UnsafeMutablePointer<jsPubAck>?,
        _ failure: UnsafeMutablePointer<jsPubAckErr>?
    ) -> PublishOutcome {
        if let acknowledgement {
            return .acknowledged(
                sequence: acknowledgement.pointee.Sequence,
                isDuplicate: acknowledgement.pointee.Duplicate
            )
        }
        guard let failure = failure?.pointee else { return .unknown(NATSError(.other, "neither PubAck nor error")) }
        let text = failure.ErrText.map { String(cString: $0) } ?? ""
        let error = NATSError(failure.Err, jetStreamCode: failure.ErrCode, text: text)
        return error.isUnavailable ? .unknown(error) : .refused(error)
    }
}
