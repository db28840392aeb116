import FoundationEssentials
package import RawJSON

/// The body of `POST events/dead-letters`.
///
/// An addition of ours. Headers and body of a message may be any bytes, so they travel as Base64.
package struct DeadLettersRequest: ContractRequest, Hashable {
    /// A message that cannot become an event.
    package struct Letter: Hashable, Sendable {
        /// The stream it was in.
        package let stream: String
        /// Its sequence there.
        package let sequence: Int64
        /// The subject it was published to.
        package let subject: String
        /// Its headers as NATS sends them, lines of `name: value`; `nil` where it has none.
        package let headers: [UInt8]?
        /// Its body, as received.
        package let body: [UInt8]
        /// Why it cannot become an event.
        package let reason: String
        /// The SQLSTATE, where it was a database that refused it.
        package let sqlState: String?

        /// Creates a letter.
        package init(
            stream: String,
            sequence: Int64,
            subject: String,
            headers: [UInt8]?,
            body: [UInt8],
            reason: String,
            sqlState: String?
        ) {
            self.stream = stream
            self.sequence = sequence
            self.subject = subject
            self.headers = headers
            self.body = body
            self.reason = reason
            self.sqlState = sqlState
        }
    }

    /// The messages, at least one.
    package let letters: [Letter]

    /// Creates a request.
    package init(_ letters: [Letter]) {
        self.letters = letters
    }

    /// The body, the list, a letter.
    package static let indexingDepth = 3

    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    package init(_ body: JSONValue) throws(RefusedBody) {
        var fields = RequestFields(body)
        self.letters = fields.objects("dead_letters") { Letter(&$0) }
        try fields.check()
    }

    /// The body as JSON.
    package var json: [UInt8] {
        let bytes = self.letters.reduce(0) { $0 + 256 + ($1.body.count + ($1.headers?.count ?? 0)) * 4 / 3 }
        var json = JSONWriter(reservingCapacity: bytes)
        json.object { json in
            json.key("dead_letters")
            json.array { json in
                for letter in self.letters { letter.encode(into: &json) }
            }
        }
        return json.bytes
    }
}

extension DeadLettersRequest.Letter {
    fileprivate init(_ fields: inout RequestFields) {
        self.stream = fields.storableString("stream", minimumBytes: 1)
        self.sequence = fields.integer("sequence", in: 0 ... .max)
        self.subject = fields.storableString("subject")
        self.headers = fields.optionalBytes("headers")
        self.body = fields.bytes("body")
        self.reason = fields.storableString("reason")
        self.sqlState = fields.sqlState("sqlstate")
    }

    fileprivate func encode(into json: inout JSONWriter) {
        json.object { json in
            json.key("stream")
            json.string(self.stream)
            json.key("sequence")
            json.integer(self.sequence)
            json.key("subject")
            json.string(self.subject)
            json.key("headers")
            json.string(self.headers.map { Data($0).base64EncodedString() })
            json.key("body")
            json.string(Data(self.body).base64EncodedString())
            json.key("reason")
            json.string(self.reason)
            json.key("sqlstate")
            json.string(self.sqlState)
        }
    }
}
