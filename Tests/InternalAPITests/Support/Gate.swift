/// Lets only so many through at a time: a machine of two cores does not serve a hundred tests at once in good time.
actor Gate {
    private var free: Int
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// Creates a gate for so many.
    init(_ limit: Int) {
        self.free = limit
    }

    /// Runs `body` when there is room.
    nonisolated func pass<R>(_ body: () async throws -> R) async throws -> R {
        await self.enter()
        do {
            let value = try await body()
            await self.leave()
            return value
        } catch {
            await self.leave()
            throw error
        }
    }

    private func enter() async {
        guard self.free == 0 else {
            self.free -= 1
            return
        }
        await withCheckedContinuation { self.waiters.append($0) }
    }

    private func leave() {
        if self.waiters.isEmpty { self.free += 1 } else { self.waiters.removeFirst().resume() }
    }
}
