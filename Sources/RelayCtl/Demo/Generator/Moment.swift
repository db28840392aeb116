/// A moment in the life of an execution, for which the engine writes one event.
enum Moment: Hashable, Sendable {
    case initialized
    case commandIssued(step: Int)
    case commandClaimed(step: Int)
    case stepEntered(step: Int)
    case commandCompleted(step: Int)
    case stepExited(step: Int)
    case completed

    /// The `event_type` of its event.
    var eventType: String {
        switch self {
        case .initialized: "playbook.initialized"
        case .commandIssued: "command.issued"
        case .commandClaimed: "command.claimed"
        case .stepEntered: "step.enter"
        case .commandCompleted: "command.completed"
        case .stepExited: "step.exit"
        case .completed: "playbook.completed"
        }
    }

    /// The `status` of its event.
    var status: String {
        switch self {
        case .initialized, .stepEntered: "STARTED"
        case .commandIssued: "PENDING"
        case .commandClaimed: "RUNNING"
        case .commandCompleted, .stepExited, .completed: "COMPLETED"
        }
    }

    /// Which step it belongs to, counted from 0; `nil` for the execution as a whole.
    var step: Int? {
        switch self {
        case .initialized, .completed: nil
        case .commandIssued(let step), .commandClaimed(let step), .stepEntered(let step),
            .commandCompleted(let step), .stepExited(let step):
            step
        }
    }

    /// The moments of an execution in order, those that the engine commits together in one array.
    static func transactions(steps: Int) -> [[Moment]] {
        var transactions: [[Moment]] = [[.initialized]]
        for step in 0..<steps {
            // The end of a step and the command of the next one are one decision of the engine.
            transactions[transactions.count - 1].append(.commandIssued(step: step))
            transactions.append([.commandClaimed(step: step)])
            transactions.append([.stepEntered(step: step)])
            transactions.append([.commandCompleted(step: step), .stepExited(step: step)])
        }
        transactions[transactions.count - 1].append(.completed)
        return transactions
    }
}
