/// Something that is made when first asked for, and only once, however many ask at a time.
actor StartedOnce<Value: Sendable> {
    private let make: @Sendable () async throws -> Value
    private var making: Task<Value, any Error>?

    init(_ make: @escaping @Sendable () async throws -> Value) {
        self.make = make
    }

    /// Returns the one value, which exists as long as this object.
    ///
    /// - Throws: What making it throws, to all who wait for it; the next to ask makes another attempt.
    func value() async throws -> Value {
        // A task of its own, so that the cancellation of the first who asks does not fail the others.
        let making = self.making ?? Task.detached { [make] in try await make() }
        self.making = making
        do {
            return try await making.value
        } catch {
            if self.making == making { self.making = nil }
            throw error
        }
    }
}
