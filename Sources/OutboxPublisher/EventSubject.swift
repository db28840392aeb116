/// The subject of an event: `<prefix>.<tenant>.<organization>.<execution|none>.<shard>`.
struct EventSubject: Sendable {
    private let prefix: String
    private let shardCount: Int64

    init(prefix: String, shardCount: Int64) {
        self.prefix = prefix
        self.shardCount = shardCount
    }

    /// The subject of a row that names none itself.
    ///
    /// - Parameters:
    ///   - tenant: The envelope's tenant.
    ///   - organization: The envelope's organization.
    ///   - executionID: The execution; rows without one are in shard 0.
    /// - Returns: A subject that can be published to.
    func subject(tenant: String?, organization: String?, executionID: Int64?) -> String {
        let execution = executionID.map { $0 < 0 ? Self.token(String($0)) : String($0) } ?? "none"
        let shard = executionID.map { abs($0 % self.shardCount) } ?? 0
        var subject: [UInt8] = []
        subject.reserveCapacity(128)
        subject.append(contentsOf: self.prefix.utf8)
        for part in [Self.token(tenant), Self.token(organization), execution, String(shard)] {
            subject.append(UInt8(ascii: "."))
            subject.append(contentsOf: part.utf8)
        }
        return String(decoding: subject, as: UTF8.self)
    }

    /// A value as one token of a subject: every run of characters outside `[a-zA-Z0-9_-]` becomes `-`, with none left at
    /// the ends; `default` where nothing is left.
    static func token(_ value: String?) -> String {
        guard let value else { return "default" }
        // Nearly every value is a token as it is.
        let bytes = value.utf8
        let hyphen = UInt8(ascii: "-")
        if !bytes.isEmpty, bytes.first != hyphen, bytes.last != hyphen, bytes.allSatisfy(Self.isAllowed) {
            return value
        }
        var token: [UInt8] = []
        var isRun = false
        for byte in bytes {
            if Self.isAllowed(byte) { token.append(byte) } else if !isRun { token.append(hyphen) }
            isRun = !Self.isAllowed(byte)
        }
        let trimmed = token.drop { $0 == hyphen }
        let end = trimmed.lastIndex { $0 != hyphen }
        return end.map { String(decoding: trimmed[...$0], as: UTF8.self) } ?? "default"
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
