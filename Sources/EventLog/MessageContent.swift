package import RawJSON

/// What the body of a message holds: its events, or why it has none.
package typealias MessageContent = Result<[EventEnvelope], DeadLetterReason>

extension MessageContent {
    /// Reads the body of a message.
    ///
    /// - Parameters:
    ///   - body: The bytes as they came, lent for the call.
    ///   - table: The columns to read its envelopes for.
    ///   - parser: What reads the JSON, indexing it down to ``EventMessage/indexingDepth``.
    package init(reading body: UnsafeRawBufferPointer, for table: EventTable, with parser: inout JSONParser) {
        guard !Self.isArrow(body) else {
            self = .failure(.arrow)
            return
        }
        let document: JSONDocument
        do {
            document = try parser.parse(copying: body)
        } catch {
            self = .failure(DeadLetterReason(error))
            return
        }
        do {
            self = .success(try EventMessage(document, for: table).envelopes)
        } catch {
            self = .failure(DeadLetterReason(error))
        }
    }

    /// Whether the bytes begin as Arrow's files (Feather) and streams do, which `payload_bytes` of an outbox row holds.
    ///
    /// Source: https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format
    private static func isArrow(_ body: UnsafeRawBufferPointer) -> Bool {
        body.starts(with: "ARROW1".utf8) || body.starts(with: "FEA1".utf8) || body.starts(with: [255, 255, 255, 255])
    }
}
