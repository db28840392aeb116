import Testing
import Waiting

private actor Blocking {
    private let executor = QueueExecutor(label: "test")
    private(set) var order: [Int] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    func append(_ number: Int) {
        self.assertIsolated()
        self.order.append(number)
    }
}

@Suite(.timeLimit(.minutes(10)))
struct QueueExecutorTests {
    @Test
    func `an actor's jobs run one after the other on its queue`() async {
        let actor = Blocking()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<500 { group.addTask { await actor.append(number) } }
        }
        #expect(await actor.order.sorted() == Array(0..<500))
    }
}
