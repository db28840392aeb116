import JetStream

/// The projector's consumers on a stream: that of its name, and of a projector in shards those of the shards.
///
/// Shards have consumers called `<name>-<index>-of-<count>`, with `-by-subject` where the broker tells them apart.
struct ProjectorConsumers: Sendable {
    /// A consumer that is there.
    struct Consumer: Sendable {
        /// What it is called.
        let name: String
        /// How it stands.
        let info: ConsumerInfo

        /// How many messages it has not had acknowledged.
        var lag: UInt64 { self.info.pending + UInt64(self.info.acknowledgementsPending) }
    }

    /// As many shards as a projector can have.
    private static let shardCounts = 2...4096

    /// Those that are there.
    let found: [Consumer]
    /// The names of those that are not, of shards whose others are.
    let missing: [String]
    /// Why it cannot be known what was acknowledged; `nil` where it can.
    let gap: String?

    /// Looks for them.
    ///
    /// - Parameters:
    ///   - name: What the projector's consumer is called.
    ///   - stream: The stream.
    ///   - connection: The connection to ask over.
    /// - Throws: `NATSError`.
    init(_ name: String, stream: String, on connection: NATSConnection) async throws {
        let names = try await connection.consumerNames(stream: stream)
        var wanted = names.contains(name) ? [name] : []
        for kind in Set(names.compactMap { Self.shards(of: $0, named: name) }).sorted(by: { $0.count < $1.count }) {
            wanted += (0..<kind.count).map { "\(name)-\($0)-of-\(kind.count)\(kind.suffix)" }
        }
        var found: [Consumer] = []
        var missing: [String] = []
        for name in wanted {
            if let info = try await connection.consumerInfo(stream: stream, consumer: name) {
                found.append(Consumer(name: name, info: info))
            } else {
                missing.append(name)
            }
        }
        self.found = found
        self.missing = missing
        if found.isEmpty {
            self.gap = "the stream \(stream) has no consumer \(name), nor any \(name)-<index>-of-<count>"
        } else {
            self.gap = missing.first.map { "the stream \(stream) has no consumer \($0), but others of its shards" }
        }
    }

    /// The subjects that they deliver, empty for all.
    var filters: [String] {
        let filters = self.found.map(\.info.filterSubject)
        return filters.contains("") ? [] : filters
    }

    /// The sequence of the stream up to which all of them have acknowledged what they deliver.
    ///
    /// - Parameter last: The stream's last sequence before they were looked for: a consumer without anything to deliver
    ///   has acknowledged all up to there, however long ago its own last message was.
    /// - Returns: The sequence; 0 where it cannot be known.
    func acknowledged(upTo last: UInt64) -> UInt64 {
        guard self.gap == nil else { return 0 }
        return self.found.map { max($0.info.acknowledgedSequence, $0.lag == 0 ? last : 0) }.min() ?? 0
    }

    private struct Shards: Hashable {
        let count: Int
        let suffix: Substring
    }

    /// What the name of a shard's consumer says of all shards; `nil` for another consumer.
    private static func shards(of consumer: String, named name: String) -> Shards? {
        guard let match = consumer.wholeMatch(of: /(.+)-([0-9]+)-of-([0-9]+)(|-by-subject)/), match.1 == name,
            let index = Int(match.2), let count = Int(match.3), self.shardCounts.contains(count), index < count
        else { return nil }
        return Shards(count: count, suffix: match.4)
    }
}
