import CLibNATS

/// Messages that are no longer needed, destroyed together.
///
/// libnats 3.4.1 hands each message that is destroyed to a thread of its own, which frees it and sleeps until the next
/// one. Destroyed one by one, the messages and PubAcks of 400,000 rows woke that thread 51,000 times, which cost two
/// sevenths of the publisher's processor time with what the wake-ups did to the other threads.
struct MessageDisposal: ~Copyable {
    /// Enough to be rarely reached, and little beside what a batch has in memory anyway.
    private static let maximumBytes = 1 << 20

    private var pointers: [OpaquePointer] = []
    private var bytes = 0

    deinit { for pointer in self.pointers { natsMsg_Destroy(pointer) } }

    /// Takes a message over; it may be read until the next call.
    mutating func add(_ message: OpaquePointer) {
        if self.bytes > Self.maximumBytes { self.destroyAll() }
        self.pointers.append(message)
        self.bytes += Int(natsMsg_GetDataLength(message))
    }

    private mutating func destroyAll() {
        for pointer in self.pointers { natsMsg_Destroy(pointer) }
        self.pointers.removeAll(keepingCapacity: true)
        self.bytes = 0
    }
}
