import Glibc
import Synchronization
import SystemPackage

/// What is known about a guardian: written by the task that reads its answers, read by everybody else.
final class GuardianRecord: Sendable {
    private struct State {
        var phase = GuardianPhase.opening
        var folder: FilePath?
        var complaints: [String] = []
    }

    private let state = Mutex(State())

    /// What the guardian is doing.
    var phase: GuardianPhase { self.state.withLock { $0.phase } }

    /// The guardian's folder; `nil` until it exists.
    var folder: FilePath? { self.state.withLock { $0.folder } }

    /// Takes note of a line of the guardian's output.
    func note(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 1)
        let value = words.count == 2 ? String(words[1]) : ""
        self.state.withLock { state in
            switch (words.first, Int32(value)) {
            case ("folder", _):
                state.folder = FilePath(value)
                state.phase = .idle(status: nil)
            case ("started", let number?): state.phase = .running(number)
            case ("ended", let number?): state.phase = .idle(status: number)
            default: state.complaints.append(line)
            }
        }
    }

    /// Claims the guardian for a launch; `false` if it is not idle.
    func beginLaunch() -> Bool {
        self.state.withLock { state in
            guard case .idle = state.phase else { return false }
            state.phase = .launching
            return true
        }
    }

    /// Takes note that the guardian has left.
    func close(reason: String) {
        self.state.withLock { state in
            state.phase = .over(reason: (state.complaints + [reason]).joined(separator: "; "))
        }
    }
}
