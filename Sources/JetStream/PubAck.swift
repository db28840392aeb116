import CLibNATS
import RawJSON

/// JetStream's answer to a published message
/// (https://docs.nats.io/reference/reference-protocols/nats_api_reference#publishing-to-streams).
enum PubAck {
    /// Reads an answer.
    ///
    /// - Parameter message: The answer.
    /// - Returns: What became of the message that it answers.
    static func outcome(_ message: OpaquePointer) -> PublishOutcome {
        self.outcome(
            UnsafeRawBufferPointer(start: natsMsg_GetData(message), count: Int(natsMsg_GetDataLength(message)))
        )
    }

    /// Reads the body of an answer.
    static func outcome(_ body: UnsafeRawBufferPointer) -> PublishOutcome {
        self.sequence(body).map { .acknowledged(sequence: $0, isDuplicate: false) } ?? self.parse(body)
    }

    /// The sequence of the plain answer `{"stream":"…", "seq":123}`, which nearly all are; `nil` for any other.
    ///
    /// Read from its end and without an allocation, since there is one for every message. An error begins with `error`.
    private static func sequence(_ body: UnsafeRawBufferPointer) -> UInt64? {
        guard body.last == UInt8(ascii: "}"), self.has(body[...], prefix: #"{"stream":"#) else { return nil }
        var place = body.count - 2
        var sequence: UInt64 = 0
        var unit: UInt64 = 1
        while place >= 0, case let digit = body[place] &- UInt8(ascii: "0"), digit < 10 {
            // Twenty digits are more than a sequence has, and than the unit can count.
            guard unit < 1_000_000_000_000_000_000 else { return nil }
            sequence += UInt64(digit) * unit
            unit *= 10
            place -= 1
        }
        let key: StaticString = #""seq":"#
        let start = place + 1 - key.utf8CodeUnitCount
        return sequence > 0 && start >= 0 && self.has(body[start...], prefix: key) ? sequence : nil
    }

    private static func has(_ bytes: Slice<UnsafeRawBufferPointer>, prefix: StaticString) -> Bool {
        bytes.starts(with: UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount))
    }

    private static func parse(_ body: UnsafeRawBufferPointer) -> PublishOutcome {
        guard let answer = try? JSONDocument(copying: body, indexingDepth: 2).root, answer.kind == .object else {
            return .unknown(NATSError(.other, "the answer is not a JSON object"))
        }
        if let error = answer["error"], error.kind == .object {
            return self.outcome(
                jetStreamCode: self.integer(error["err_code"]) ?? 0,
                description: error["description"]?.string ?? ""
            )
        }
        guard let sequence = self.integer(answer["seq"]) else {
            return .unknown(NATSError(.other, "neither PubAck nor error"))
        }
        return .acknowledged(sequence: UInt64(max(0, sequence)), isDuplicate: answer["duplicate"]?.bool ?? false)
    }

    private static func outcome(jetStreamCode: Int64, description: String) -> PublishOutcome {
        let error = NATSError(
            NATS_ERR,
            jetStreamCode: jsErrCode(rawValue: UInt32(clamping: jetStreamCode)),
            text: description
        )
        return error.isUnavailable ? .unknown(error) : .refused(error)
    }

    private static func integer(_ value: JSONValue?) -> Int64? {
        try? value?.lenientInteger()
    }
}
