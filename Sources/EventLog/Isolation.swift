/// Finds the members of a batch that are refused, and has the others stored, in few attempts.
///
/// A part that is refused is halved. Of its halves the second is tried only if the first was refused too: else it is
/// known to be the one. So k bad members of n cost at most 2k·(log₂(n/k) + 2) attempts, and one at most 2·log₂ n.
struct Isolation<Refusal> {
    /// What became of a batch.
    private(set) var refused: [(index: Int, refusal: Refusal)] = []
    /// How often something was tried.
    private(set) var attempts = 0

    /// Stores a part whole, or not at all: then it says why.
    private let attempt: (Range<Int>) async throws -> Refusal?

    init(attempt: @escaping (Range<Int>) async throws -> Refusal?) {
        self.attempt = attempt
    }

    /// Isolates what is refused in a part that was refused.
    mutating func isolate(_ part: Range<Int>) async throws {
        guard part.count > 1 else { return try await self.store(part) }
        let middle = part.lowerBound + part.count / 2
        guard try await self.storeOrIsolate(part.lowerBound..<middle) else {
            return try await self.isolate(middle..<part.upperBound)
        }
        _ = try await self.storeOrIsolate(middle..<part.upperBound)
    }

    /// Stores a part, or what of it is not refused, and returns whether anything was.
    private mutating func storeOrIsolate(_ part: Range<Int>) async throws -> Bool {
        self.attempts += 1
        guard let refusal = try await self.attempt(part) else { return false }
        if part.count == 1 {
            self.refused.append((part.lowerBound, refusal))
        } else {
            try await self.isolate(part)
        }
        return true
    }

    /// Stores a part of one, or none, that is thought to be refused.
    private mutating func store(_ part: Range<Int>) async throws {
        guard !part.isEmpty else { return }
        _ = try await self.storeOrIsolate(part)
    }
}
