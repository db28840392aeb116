import CLibNATS

/// A message to publish.
///
/// Owns its `natsMsg` until it is sent.
package struct NATSMessage: ~Copyable {
    /// Loads libnats, which freeing a message needs and making one does not do; a connection would.
    private static let opened = nats_Open(-1)

    private let pointer: OpaquePointer

    /// Creates a message; the body is copied.
    ///
    /// - Throws: ``NATSError`` with ``NATSError/Code/invalidSubject``.
    package init(subject: String, body: UnsafeRawBufferPointer) throws {
        guard Subject.isPublishable(subject) else { throw NATSError(.invalidSubject, subject.debugDescription) }
        try check(Self.opened)
        var message: OpaquePointer?
        let bytes = body.baseAddress?.assumingMemoryBound(to: CChar.self)
        try check(natsMsg_Create(&message, subject, nil, bytes, Int32(body.count)))
        guard let message else { throw NATSError(NATS_NO_MEMORY) }
        self.pointer = message
    }

    deinit { natsMsg_Destroy(self.pointer) }

    /// Sets a header.
    ///
    /// Control characters, which would end the header's line, become blanks.
    package func setHeader(_ name: String, _ value: String) {
        let isPlain = value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
        let line = isPlain ? value : String(value.map { $0.isASCII && ($0.asciiValue ?? 0) < 0x20 ? " " : $0 })
        natsMsgHeader_Set(self.pointer, name, line)
    }

    /// Gives the `natsMsg` away.
    consuming func release() -> OpaquePointer {
        let pointer = self.pointer
        discard self
        return pointer
    }
}
