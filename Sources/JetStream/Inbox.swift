import CLibNATS

/// Subjects nobody else uses.
enum Inbox {
    /// Makes one.
    ///
    /// - Throws: ``NATSError``.
    static func newSubject() throws -> String {
        var inbox: UnsafeMutablePointer<natsInbox>?
        try check(natsInbox_Create(&inbox))
        guard let inbox else { throw NATSError(NATS_NO_MEMORY) }
        defer { natsInbox_Destroy(inbox) }
        return String(cString: inbox)
    }
}
