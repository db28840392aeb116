import RawJSON

extension EventKey {
    /// Reads the key of an envelope; `nil` for anything else.
    init?(envelope bytes: UnsafeRawBufferPointer) {
        guard let document = try? JSONDocument(copying: bytes, indexingDepth: 1),
            let execution = try? document.root["execution_id"]?.lenientInteger(),
            let event = try? document.root["event_id"]?.lenientInteger()
        else { return nil }
        self.init(executionID: execution, eventID: event)
    }
}
