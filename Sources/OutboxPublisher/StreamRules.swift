import JetStream
import Settings
import Waiting

/// What a stream must be like, so that every row reaches it, is stored once and stays until it is read.
///
/// Not among the rules: a limit with the policy of refusing new messages. A full stream then says so, and the rows wait.
struct StreamRules: Sendable {
    /// The stream that is wanted.
    let configuration: StreamConfiguration
    /// How long a claim lasts.
    let lease: Duration
    /// The longest pause before a row that was handed back is claimed again.
    let retryPause: Duration

    /// How long after a message the same one can be sent again: its publisher hangs at once after sending it, its claim
    /// ends with the lease, and another publisher is in a pause just then and sends the message as late as it may.
    private var longestRepeat: Duration { self.lease + self.retryPause + self.latestMessage }

    private var latestMessage: Duration { ClaimSchedule.latestMessage(lease: self.lease) }

    /// Refuses settings that no stream made with them could keep.
    ///
    /// - Throws: `SettingError`.
    func checkOwn() throws {
        try self.refuse([self.repeatFault(window: self.configuration.duplicateWindow)])
    }

    /// Refuses a stream that exists and cannot keep what is promised, with a sentence for each reason.
    ///
    /// - Throws: `SettingError`.
    func check(_ stream: StreamInfo) throws {
        try self.refuse([
            self.subjectFault(stream), self.retentionFault(stream), self.limitFault(stream),
            self.perSubjectFault(stream),
            stream.acknowledges ? nil : "it sends no PubAck that says what it has stored; remove no_ack from it.",
            stream.isWritable
                ? nil : "it is sealed or the mirror of another stream; name another in NOETL_EVENT_NATS_STREAM.",
            self.repeatFault(window: stream.duplicateWindow),
        ])
    }

    private func refuse(_ faults: [String?]) throws {
        let faults = faults.compactMap { $0 }
        guard !faults.isEmpty else { return }
        let sentences = faults.map { "The stream \(self.configuration.name) cannot be used: \($0)" }
        throw SettingError(sentences.joined(separator: " "))
    }

    private func subjectFault(_ stream: StreamInfo) -> String? {
        let missing = self.configuration.subjects.filter { wanted in
            !stream.subjects.contains { $0 == wanted || Subject.matches(wanted, filter: $0) }
        }
        guard !missing.isEmpty else { return nil }
        return """
            it stores \(stream.subjects.joined(separator: ", ")) and not \(missing.joined(separator: ", ")); add that \
            subject to it, or set NOETL_EVENT_NATS_STREAM or NOETL_EVENT_NATS_SUBJECT_PREFIX.
            """
    }

    private func retentionFault(_ stream: StreamInfo) -> String? {
        switch stream.retention {
        case .limits: nil
        case .interest:
            "with interest retention it drops what is published while nobody subscribes; make it anew with limits retention."
        case .workQueue:
            "with work-queue retention the first subscriber takes a message from all others; make it anew with limits retention."
        }
    }

    private func limitFault(_ stream: StreamInfo) -> String? {
        guard stream.discard == .old else { return nil }
        let limits = [
            stream.maximumMessages.map { "max_msgs \($0)" }, stream.maximumBytes.map { "max_bytes \($0)" },
        ]
        .compactMap { $0 }
        guard !limits.isEmpty else { return nil }
        return """
            it drops its oldest messages, read or not, at \(limits.joined(separator: " and ")); set its discard policy to \
            new, or remove the limit and let max_age bound it.
            """
    }

    /// An execution's events share a subject, so that such a limit is one for the events of an execution.
    private func perSubjectFault(_ stream: StreamInfo) -> String? {
        stream.maximumMessagesPerSubject.map { limit in
            """
            it keeps \(limit) messages of a subject, which is an execution's, and loses or refuses the others; remove \
            max_msgs_per_subject.
            """
        }
    }

    private func repeatFault(window: Duration) -> String? {
        guard self.longestRepeat >= window else { return nil }
        return """
            it remembers message ids for \(window.seconds) s, and a row may be sent again \(self.longestRepeat.seconds) s \
            later: NOETL_OUTBOX_LEASE_SECONDS \(self.lease.seconds) \
            + NOETL_OUTBOX_PUBLISHER_ERROR_SLEEP_SECONDS \(self.retryPause.seconds) + \(self.latestMessage.seconds) until the \
            next publisher has sent its batch; set the stream's duplicate window above that, or lower one of the two \
            settings.
            """
    }
}
