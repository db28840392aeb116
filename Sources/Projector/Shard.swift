/// The part of the stream's messages that a projector is for.
///
/// Every message belongs to exactly one shard. Where its subject ends in a number, as the publisher's do in the
/// execution's shard, that is its shard modulo the number of shards; other subjects are spread by their text. Where the
/// broker tells the shards apart, all that it would deliver to none of the others belongs to the first.
struct Shard: Hashable, Sendable {
    /// Which of the shards it is, from 0.
    let index: Int
    /// How many shards there are.
    let count: Int
    /// Whether the broker delivers no more than its own to each shard but the first.
    private(set) var isToldApart = false

    /// All messages.
    static let whole = Shard(index: 0, count: 1)

    /// Whether a message with a subject belongs to it.
    func owns(subject: UnsafeRawBufferPointer) -> Bool {
        guard self.count > 1 else { return true }
        let token = subject[(subject.lastIndex(of: UInt8(ascii: ".")).map { $0 + 1 } ?? 0)...]
        if self.isToldApart { return (self.otherThanFirst(token) ?? 0) == self.index }
        return (self.remainder(of: token) ?? self.hash(of: subject)) == self.index
    }

    /// The name of its consumer.
    ///
    /// Each shard has one of its own, and so has each number of shards, and each way to tell them apart, because a message
    /// that one of four has left to the others may be another's of two.
    func consumer(_ name: String) -> String {
        self.count > 1 ? "\(name)-\(self.index)-of-\(self.count)\(self.isToldApart ? "-by-subject" : "")" : name
    }

    /// The same shard, told apart by the broker where it can be: where a subject with a last token `*` is asked for, and
    /// publishers make as many shards.
    func toldApart(by subject: String, publishedShards: Int) -> Shard {
        var shard = self
        shard.isToldApart =
            self.count > 1 && publishedShards == self.count && (subject == "*" || subject.hasSuffix(".*"))
        return shard
    }

    /// The subjects that its consumer delivers.
    ///
    /// All of them for the first shard: a row with a subject of its own, or of a time with more shards, may end in anything,
    /// and would be nobody's.
    func filter(of subject: String) -> String {
        self.isToldApart && self.index > 0 ? String(subject.dropLast()) + String(self.index) : subject
    }

    /// The shard, other than the first, that the broker delivers subjects with this last token to.
    private func otherThanFirst(_ token: Slice<UnsafeRawBufferPointer>) -> Int? {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard token.first != digits.lowerBound, token.count < 10, token.allSatisfy(digits.contains) else { return nil }
        return Int(String(decoding: token, as: UTF8.self)).flatMap { (1..<self.count).contains($0) ? $0 : nil }
    }

    /// A number of any length modulo the number of shards; `nil` for what is no number.
    private func remainder(of token: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard !token.isEmpty else { return nil }
        var remainder = 0
        for byte in token {
            guard case 0x30...0x39 = byte else { return nil }
            remainder = (remainder * 10 + Int(byte - 0x30)) % self.count
        }
        return remainder
    }

    /// FNV-1a, 64 bits, modulo the number of shards: the same in every process.
    private func hash(of subject: UnsafeRawBufferPointer) -> Int {
        let hash = subject.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return Int(hash % UInt64(self.count))
    }
}
