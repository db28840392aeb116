import Synchronization

/// A list that several callers take from.
final class Turn<Element: Sendable>: Sendable {
    private let rest: Mutex<ArraySlice<Element>>

    init(_ elements: [Element]) {
        self.rest = Mutex(elements[...])
    }

    /// The next element; `nil` at the end.
    func take() -> Element? {
        self.rest.withLock { $0.popFirst() }
    }
}
