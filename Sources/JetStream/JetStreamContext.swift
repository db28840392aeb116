import CLibNATS
import Waiting

/// The `jsCtx` of a connection: JetStream's administration.
///
/// Sharing is safe: libnats guards a context with a lock of its own.
final class JetStreamContext: Sendable {
    let connection: ConnectionHandle
    nonisolated(unsafe) let pointer: OpaquePointer

    /// - Parameters:
    ///   - connection: The connection it works on.
    ///   - timeout: How long an answer may take.
    /// - Throws: ``NATSError``.
    init(_ connection: ConnectionHandle, timeout: Duration) throws {
        var options = jsOptions()
        try check(jsOptions_Init(&options))
        options.Wait = timeout.wholeMilliseconds
        var context: OpaquePointer?
        try check(natsConnection_JetStream(&context, connection.pointer, &options))
        guard let context else { throw NATSError(NATS_NO_MEMORY) }
        nonisolated(unsafe) let pointer = context
        connection.destroyWhenClosed { jsCtx_Destroy(pointer) }
        self.connection = connection
        self.pointer = context
    }

    func streamInfo(_ name: String) throws -> StreamInfo? {
        var info: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode(rawValue: 0)
        let status = js_GetStreamInfo(&info, self.pointer, name, nil, &code)
        do {
            try check(status, code)
        } catch let error as NATSError where error.code == .notFound {
            return nil
        }
        defer { jsStreamInfo_Destroy(info) }
        return info.map { StreamInfo($0.pointee) }
    }

    func addStream(_ configuration: StreamConfiguration) throws {
        try configuration.name.withCString { name in
            try withCStrings(configuration.subjects) { subjects in
                var subjects = subjects
                try subjects.withUnsafeMutableBufferPointer { subjects in
                    var config = jsStreamConfig()
                    try check(jsStreamConfig_Init(&config))
                    config.Name = name
                    config.Subjects = subjects.baseAddress
                    config.SubjectsLen = Int32(subjects.count)
                    config.MaxAge = configuration.maximumAge.wholeNanoseconds
                    config.Duplicates = configuration.duplicateWindow.wholeNanoseconds
                    config.Replicas = Int64(configuration.replicas)
                    config.Storage = js_FileStorage
                    var code = jsErrCode(rawValue: 0)
                    try check(js_AddStream(nil, self.pointer, &config, nil, &code), code)
                }
            }
        }
    }

    func deleteStream(_ name: String) throws {
        var code = jsErrCode(rawValue: 0)
        let status = js_DeleteStream(self.pointer, name, nil, &code)
        guard status != NATS_NOT_FOUND else { return }
        try check(status, code)
    }

    func consumerInfo(stream: String, consumer: String) throws -> ConsumerInfo? {
        var info: UnsafeMutablePointer<jsConsumerInfo>?
        var code = jsErrCode(rawValue: 0)
        let status = js_GetConsumerInfo(&info, self.pointer, stream, consumer, nil, &code)
        do {
            try check(status, code)
        } catch let error as NATSError where error.code == .notFound {
            return nil
        }
        defer { jsConsumerInfo_Destroy(info) }
        return info.map { ConsumerInfo($0.pointee) }
    }

    func consumerNames(stream: String) throws -> [String] {
        var list: UnsafeMutablePointer<jsConsumerNamesList>?
        var code = jsErrCode(rawValue: 0)
        let status = js_ConsumerNames(&list, self.pointer, stream, nil, &code)
        do {
            try check(status, code)
        } catch let error as NATSError where error.code == .notFound {
            return []
        }
        defer { jsConsumerNamesList_Destroy(list) }
        guard let names = list?.pointee else { return [] }
        return (0..<Int(names.Count)).compactMap { index in names.List[index].map { String(cString: $0) } }
    }

    func deleteConsumer(_ name: String, stream: String) throws {
        var code = jsErrCode(rawValue: 0)
        do {
            try check(js_DeleteConsumer(self.pointer, stream, name, nil, &code), code)
        } catch let error as NATSError where error.code == .notFound {
            return
        }
    }

    func position(of sequence: UInt64, stream: String) throws -> StreamPosition? {
        var message: OpaquePointer?
        var code = jsErrCode(rawValue: 0)
        do {
            try check(js_GetMsg(&message, self.pointer, stream, sequence, nil, &code), code)
        } catch let error as NATSError where error.code == .notFound {
            return nil
        }
        defer { natsMsg_Destroy(message) }
        return message.map { StreamPosition(sequence: sequence, nanoseconds: natsMsg_GetTime($0)) }
    }

    func addConsumer(_ configuration: ConsumerConfiguration, stream: String) throws {
        try withCStrings([configuration.name, configuration.filterSubject]) { strings in
            var config = jsConsumerConfig()
            try check(jsConsumerConfig_Init(&config))
            if configuration.isDurable {
                config.Durable = strings[0]
            } else {
                config.Name = strings[0]
                config.InactiveThreshold = Duration.seconds(60).wholeNanoseconds
            }
            config.FilterSubject = strings[1]
            config.DeliverPolicy = js_DeliverAll
            config.AckPolicy = configuration.isAcknowledged ? js_AckExplicit : js_AckNone
            if configuration.isAcknowledged {
                config.AckWait = configuration.acknowledgementWait.wholeNanoseconds
                config.MaxAckPending = Int64(configuration.maximumAcknowledgementsPending)
                config.MaxDeliver = -1
            }
            var code = jsErrCode(rawValue: 0)
            try check(js_AddConsumer(nil, self.pointer, stream, &config, nil, &code), code)
        }
    }
}

/// Lends several C strings at once.
private func withCStrings<R>(_ texts: [String], _ body: ([UnsafePointer<CChar>?]) throws -> R) rethrows -> R {
    let copies = texts.map { $0.utf8CString }
    return try lend(copies[...], [], body)
}

private func lend<R>(
    _ texts: ArraySlice<ContiguousArray<CChar>>,
    _ pointers: [UnsafePointer<CChar>?],
    _ body: ([UnsafePointer<CChar>?]) throws -> R
) rethrows -> R {
    guard let text = texts.first else { return try body(pointers) }
    return try text.withUnsafeBufferPointer { try lend(texts.dropFirst(), pointers + [$0.baseAddress], body) }
}
