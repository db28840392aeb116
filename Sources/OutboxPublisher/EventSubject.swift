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
        return "\(self.prefix).\(Self.token(tenant)).\(Self.token(organization)).\(execution).\(shard)"
    }

    /// A value as one token of a subject: every run of characters outside `[a-zA-Z0-9_-]` becomes `-`, with none left at
    /// the ends; `default` where nothing is left.
    static func token(_ value: String?) -> String {
        guard let value, value != "default" else { return "default" }
        var token: [UInt8] = []
        var isRun = false
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                token.append(byte)
                isRun = false
            default:
                if !isRun { token.append(UInt8(ascii: "-")) }
                isRun = true
            }
        }
        let trimmed = token.drop { $0 == UInt8(ascii: "-") }
        let end = trimmed.lastIndex { $0 != UInt8(ascii: "-") }
        return end.map { String(decoding: trimmed[...$0], as: UTF8.self) } ?? "default"
    }
}
