import EventLog

/// What the messages of one batch hold.
struct ReadMessages {
    /// What each of them holds.
    private(set) var contents: [MessageContent] = []
    /// The place of each among the messages delivered.
    private(set) var indices: [Int] = []
    /// When the first of their events happened, where any says so.
    private(set) var oldest: Timestamp?

    mutating func append(_ content: MessageContent, index: Int) {
        self.contents.append(content)
        self.indices.append(index)
        guard case .success(let envelopes) = content else { return }
        for envelope in envelopes {
            guard let timestamp = envelope.timestamp else { continue }
            self.oldest = self.oldest.map { min($0, timestamp) } ?? timestamp
        }
    }
}
