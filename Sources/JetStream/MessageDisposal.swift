import CLibNATS

/// Messages that are no longer needed, destroyed together.
///
/// libnats 3.4.1 hands each message that is destroyed to a thread of its own, which frees it and sleeps until the next
/// one. Destroyed one by one, the messages and PubAcks of 400,000 rows woke that thread 51,000 times, which cost two
/// sevenths of the publisher's processor time with what the wake-ups did to the other threads. Of small batches many share
/// a disposal: at 1,000 batches a second that thread was woken twice for each.
struct MessageDisposal: ~Copyable {
    /// Enough to be rarely reached, and little beside what a batch has in memory anyway.
    private static let maximumBytes = 1 << 20

    /// What may be left over when a batch is over.
    private static let maximumLeftoverBytes = 64 << 10
    private static let maximumLeftovers = 256

    private var pointers: [OpaquePointer] = []
    private var bytes = 0

    deinit { for pointer in self.pointers { natsMsg_Destroy(pointer) } }

    /// Takes a message over; it may be read until the next call.
    mutating func add(_ message: OpaquePointer) {
        if self.bytes > Self.maximumBytes { self.destroyAll() }
        self.pointers.append(message)
        self.bytes += Int(natsMsg_GetDataLength(message))
    }

    /// Says that a batch is over: what it has left is destroyed where that is much.
    mutating func finishBatch() {
        if self.bytes > Self.maximumLeftoverBytes || self.pointers.count > Self.maximumLeftovers { self.destroyAll() }
    }

    private mutating func destroyAll() {
        for pointer in self.pointers { natsMsg_Destroy(pointer) }
        self.pointers.removeAll(keepingCapacity: true)
        self.bytes = 0
    }
}
