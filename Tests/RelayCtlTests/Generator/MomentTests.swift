import Testing

@testable import RelayCtl

@Suite
struct MomentTests {
    @Test
    func `an execution is told in the order in which it happens`() {
        let types = Moment.transactions(steps: 2).joined().map(\.eventType)
        let step = ["command.issued", "command.claimed", "step.enter", "command.completed", "step.exit"]
        #expect(types == ["playbook.initialized"] + step + step + ["playbook.completed"])
    }

    @Test
    func `what the engine decides at once is committed at once`() {
        let sizes = Moment.transactions(steps: 2).map(\.count)
        #expect(sizes == [2, 1, 1, 3, 1, 1, 3])
    }
}
