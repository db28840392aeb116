import Logging
import ServiceRuntime
import Synchronization

/// What is found out about a request while it is answered, told in its line of the log.
final class RequestFacts: Sendable {
    private struct State {
        var name: RequestName?
        var traceID: String?
        var itemCount: Int?
        var executionIDs: [Int64] = []
        var executionCount = 0
        var share: BodyMemory.Share?
    }

    /// More executions than these are counted only.
    private static let maximumExecutions = 10

    private let state = Mutex(State())

    /// Takes down what the request is called and which trace it belongs to.
    func identify(_ name: RequestName, traceID: String?) {
        self.state.withLock { state in
            state.name = name
            state.traceID = traceID
        }
    }

    /// Takes down the rows or events it is about, each with its execution, if any.
    func note(executionsOf items: some Collection<Int64?>) {
        var seen: Set<Int64> = []
        var first: [Int64] = []
        for case let id? in items where seen.insert(id).inserted && first.count < Self.maximumExecutions {
            first.append(id)
        }
        self.state.withLock { state in
            state.itemCount = items.count
            state.executionIDs = first
            state.executionCount = seen.count
        }
    }

    /// Takes down how many rows it is about.
    func note(count: Int) {
        self.state.withLock { $0.itemCount = count }
    }

    /// Keeps the memory of its body counted for as long as the request lasts.
    func hold(_ share: BodyMemory.Share) {
        self.state.withLock { $0.share = share }
    }

    /// What tells this request's lines in the log from those of others.
    var identity: Logger.Metadata {
        self.state.withLock { state in
            var metadata: Logger.Metadata = [:]
            if let name = state.name { metadata[LogKey.requestID] = "\(name)" }
            if let traceID = state.traceID { metadata[LogKey.traceID] = "\(traceID)" }
            return metadata
        }
    }

    /// All of it.
    var metadata: Logger.Metadata {
        self.identity.merging(
            self.state.withLock { state in
                var metadata: Logger.Metadata = [:]
                if let count = state.itemCount { metadata[LogKey.count] = "\(count)" }
                if !state.executionIDs.isEmpty {
                    let shown = state.executionIDs.map(String.init).joined(separator: ",")
                    let rest = state.executionCount - state.executionIDs.count
                    metadata[LogKey.executionID] = rest > 0 ? "\(shown),… \(rest) more" : "\(shown)"
                }
                return metadata
            }
        ) { $1 }
    }
}
