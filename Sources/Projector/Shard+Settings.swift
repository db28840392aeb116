import Settings

extension Shard {
    /// `NOETL_PROJECTOR_SHARD_COUNT`: how many projectors share the stream by subject.
    static let count = Setting<Int>.integer(
        "NOETL_PROJECTOR_SHARD_COUNT",
        default: 1,
        in: 1...4096,
        "Shards that projectors are spread over, each with a consumer of its own; 1 for no shards."
    )
    /// `NOETL_PROJECTOR_SHARD_ID`: which of them this one is.
    static let id = Setting<String?>.optionalText(
        "NOETL_PROJECTOR_SHARD_ID",
        "Which shard this projector is for: the number at its end, from 0, such as the name of a StatefulSet's pod.",
        accepted: "a text that ends in a number below NOETL_PROJECTOR_SHARD_COUNT"
    )
    /// `NOETL_EVENT_NATS_SHARD_COUNT`: how many shards publishers make.
    static let published = Setting<Int>.integer(
        "NOETL_EVENT_NATS_SHARD_COUNT",
        default: 1,
        in: 1...4096,
        "Shards that publishers make; as many as projectors, and a NOETL_PROJECTOR_NATS_SUBJECT that ends in .*, "
            + "have the broker tell them apart."
    )

    /// Reads which shard a projector is for.
    ///
    /// - Throws: `SettingError`.
    init(_ reader: SettingsReader) throws {
        self.count = try reader.value(Self.count)
        let id = try reader.value(Self.id)
        guard self.count > 1 else {
            self.index = 0
            return
        }
        guard let id else {
            throw SettingError("\(Self.id.name) is missing; it must be \(Self.id.accepted).")
        }
        let digits = String(id.reversed().prefix { $0.isASCII && $0.isNumber }.reversed())
        guard let index = Int(digits), index < self.count else {
            throw SettingError("\(Self.id.name) is \(id); it must be \(Self.id.accepted), which is \(self.count).")
        }
        self.index = index
    }
}
