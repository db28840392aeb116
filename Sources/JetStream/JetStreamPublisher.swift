import CLibNATS
import Waiting

/// Publishes batches of messages to JetStream and awaits the PubAck of each.
///
/// An actor on a queue of its own, because sending blocks where the socket is full.
package actor JetStreamPublisher {
    /// How many messages may be without PubAck at once; sending the next one then waits.
    ///
    /// It bounds what a broken connection leaves unknown, and is more than one batch of the default size so that it
    /// never holds one up.
    private static let maximumPending: Int64 = 16_384

    /// How long sending waits where that many are without PubAck; libnats' own 200 ms are less than a busy server takes.
    private static let maximumStall = Duration.seconds(5)

    private let executor = QueueExecutor(label: "nats.publish")
    private let context: JetStreamContext
    private let router: AcknowledgementRouter
    private nonisolated(unsafe) let closure: UnsafeMutableRawPointer?

    /// The queue this publisher blocks on.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    init(_ connection: ConnectionHandle) throws {
        let router = AcknowledgementRouter()
        var closure: UnsafeMutableRawPointer?
        do {
            self.context = try JetStreamContext(connection) { options in
                options.PublishAsync.MaxPending = Self.maximumPending
                options.PublishAsync.StallWait = Self.maximumStall.wholeMilliseconds
                closure = router.install(in: &options)
            }
        } catch {
            AcknowledgementRouter.remove(closure)
            throw error
        }
        self.router = router
        self.closure = closure
    }

    deinit { AcknowledgementRouter.remove(self.closure) }

    /// Publishes messages in order and returns when it is known, of each, what became of it.
    ///
    /// 1. Messages are made and sent one after the other, without waiting for PubAcks.
    /// 2. One that is refused before it is sent (too large, impossible subject) does not hold up those behind it.
    /// 3. When the connection is lost, those sent are unknown and the others unsent.
    /// 4. When PubAcks are still missing after `timeout`, those messages are unknown and the connection is closed,
    ///    so that nothing of this batch can be stored after a later one.
    ///
    /// - Parameters:
    ///   - count: How many messages there are.
    ///   - timeout: How long to wait for PubAcks after the last message was sent.
    ///   - make: Makes the message at an index. Called on this publisher's queue, in order.
    /// - Returns: One outcome for each message.
    package func publish(
        _ count: Int,
        timeout: Duration,
        _ make: @Sendable (Int) throws -> NATSMessage
    ) async -> [PublishOutcome] {
        guard count > 0 else { return [] }
        let batch = PublishBatch(count: count)
        let lost = NATSError(.connectionClosed, "the connection ended before the PubAck came")
        let loss = self.context.connection.loss
        for index in 0..<count {
            do {
                try self.send(try make(index), for: batch, index: index)
            } catch let error as NATSError where !error.isUnavailable {
                batch.settle(index, .refused(error))
            } catch {
                for unsent in index..<count { batch.settle(unsent, .unsent(error as? NATSError ?? lost)) }
                break
            }
        }
        let reaction = loss.onReport { batch.settleRest(.unknown(lost)) }
        let connection = self.context.connection
        let timer = Task.detached {
            try await Task.sleep(for: timeout)
            batch.settleRest(.unknown(NATSError(.timeout, "no PubAck within \(timeout)")))
            natsConnection_Close(connection.pointer)
        }
        let outcomes = await batch.outcomes()
        timer.cancel()
        loss.cancel(reaction)
        return outcomes
    }

    private func send(_ message: consuming NATSMessage, for batch: PublishBatch, index: Int) throws {
        let pointer = message.release()
        self.router.expect(pointer, for: batch, index: index)
        var owned: OpaquePointer? = pointer
        let status = js_PublishMsgAsync(self.context.pointer, &owned, nil)
        guard status == NATS_OK else {
            self.router.forget(pointer)
            // libnats leaves a message that it did not take to its caller.
            natsMsg_Destroy(owned)
            throw NATSError(status)
        }
    }
}
