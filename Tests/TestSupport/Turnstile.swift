/// Lets a limited number of tests in at a time; the others wait for their turn.
///
/// Swift Testing starts all tests at once. Without this each of them would have a database and connections at the same
/// time, and the time limit of the last would be spent waiting for the first.
actor Turnstile {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(width: Int) {
        self.free = width
    }

    /// Waits for a place.
    func enter() async {
        guard self.free == 0 else {
            self.free -= 1
            return
        }
        await withCheckedContinuation { self.waiting.append($0) }
    }

    /// Gives the place to the one who waits longest.
    func leave() {
        if self.waiting.isEmpty {
            self.free += 1
        } else {
            self.waiting.removeFirst().resume()
        }
    }
}
