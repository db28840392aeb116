/// Something that is made when first asked for, and only once, however many ask at a time.
actor Once<Value: Sendable> {
    private let make: @Sendable () async throws -> Value
    private var making: Task<Value, any Error>?

    init(_ make: @escaping @Sendable () async throws -> Value) {
        self.make = make
    }

    /// The one value, or the one failure: a server that cannot be started fails every test in the same words.
    var value: Value {
        get async throws {
            // A task of its own, so that the end of the first test that asks does not take it away from the others.
            let making = self.making ?? Task.detached { [make] in try await make() }
            self.making = making
            return try await making.value
        }
    }
}
