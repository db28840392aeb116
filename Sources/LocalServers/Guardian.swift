import Glibc
import Subprocess
import SystemPackage

/// A temporary folder and the program that runs in it, both gone when this process or this object is.
///
/// The folder and the program belong to a shell (``GuardianScript``) that runs in a session of its own, where neither
/// Ctrl-C nor the end of the terminal reaches it, and as the user of the program. It is safe to share: what changes is
/// in ``GuardianRecord``, behind a lock.
final class Guardian: Sendable {
    /// What the program is called in errors.
    let name: String

    /// The folder, which belongs to the user of the program; its working folder, too.
    let folder: FilePath

    private let record: GuardianRecord
    private let orders: AsyncStream<String>.Continuation
    private let shell: Task<Void, Never>

    private init(
        name: String,
        folder: FilePath,
        record: GuardianRecord,
        orders: AsyncStream<String>.Continuation,
        shell: Task<Void, Never>
    ) {
        self.name = name
        self.folder = folder
        self.record = record
        self.orders = orders
        self.shell = shell
    }

    deinit {
        self.orders.finish()
    }

    /// Starts a guardian and returns once its folder exists.
    ///
    /// - Parameters:
    ///   - name: What the program is called in errors.
    ///   - account: The user of the folder and the program.
    ///   - endSignal: See ``GuardianScript/arguments(parent:endSignal:)``.
    /// - Returns: The guardian, idle.
    /// - Throws: ``LocalServerError/gone(server:reason:)`` if the folder cannot be made.
    static func start(name: String, account: ServerAccount, endSignal: String) async throws -> Guardian {
        let record = GuardianRecord()
        let (lines, orders) = AsyncStream.makeStream(of: String.self)
        // Detached, because it lasts as long as the guardian and must not end with the task that happens to be first.
        let shell = Task.detached {
            await Self.runShell(account: account, endSignal: endSignal, orders: lines, record: record)
        }
        do {
            let folder = try await Self.folder(of: record, name: name)
            return Guardian(name: name, folder: folder, record: record, orders: orders, shell: shell)
        } catch {
            orders.finish()
            await shell.value
            throw error
        }
    }

    private static func folder(of record: GuardianRecord, name: String) async throws -> FilePath {
        _ = try await wait(atMost: .seconds(30)) { record.phase != .opening }
        if case .over(let reason) = record.phase { throw LocalServerError.gone(server: name, reason: reason) }
        guard let folder = record.folder else { throw LocalServerError.timedOut(server: name, log: "") }
        return folder
    }

    /// What the guardian is doing.
    var phase: GuardianPhase { self.record.phase }

    /// The process number of the program; `nil` while none runs.
    var program: pid_t? {
        guard case .running(let program) = self.phase else { return nil }
        return program
    }

    /// The last lines that the program, or the one before it, has written.
    var log: String { TextFile.lastLines(of: self.folder.appending("log")) }

    /// Tells the guardian to run a program and returns at once; ``phase`` tells how that goes.
    ///
    /// - Throws: ``LocalServerError/busy(server:)`` if one runs, ``LocalServerError/gone(server:reason:)``,
    ///   ``LocalServerError/invalidSetting(_:)``.
    func launch(_ command: [String]) throws(LocalServerError) {
        let line = try GuardianScript.line(command)
        guard self.record.beginLaunch() else {
            if case .over(let reason) = self.phase { throw .gone(server: self.name, reason: reason) }
            throw .busy(server: self.name)
        }
        self.orders.yield(line + "\n")
    }

    /// Runs a program to its end.
    ///
    /// - Throws: What ``launch(_:)`` throws; ``LocalServerError/ended(server:status:log:)`` if its status is not zero;
    ///   ``LocalServerError/timedOut(server:log:)`` after a minute, when it may still run.
    func complete(_ command: [String]) async throws {
        try self.launch(command)
        try await self.waitForEnd()
        switch self.phase {
        case .idle(status: 0): return
        case .idle(let status):
            throw LocalServerError.ended(server: command.first ?? self.name, status: status ?? -1, log: self.log)
        case .over(let reason): throw LocalServerError.gone(server: self.name, reason: reason)
        case .opening, .launching, .running: throw LocalServerError.busy(server: self.name)
        }
    }

    /// Sends a signal to the program and waits until it has ended; does nothing while none runs.
    ///
    /// - Throws: ``LocalServerError/timedOut(server:log:)`` if the program still runs after a minute;
    ///   ``LocalServerError/busy(server:)`` if a launch is under way.
    func end(signal: Int32) async throws {
        switch self.phase {
        case .opening, .launching: throw LocalServerError.busy(server: self.name)
        case .idle, .over: return
        case .running(let program):
            // Fails only if the program has just ended, which is what is wanted.
            _ = kill(program, signal)
            try await self.waitForEnd()
        }
    }

    /// Ends the program, removes the folder and returns when both are gone; may be called again.
    func close() async {
        self.orders.finish()
        await self.shell.value
    }

    private func waitForEnd() async throws {
        let hasEnded = try await wait(atMost: .seconds(60)) {
            switch self.phase {
            case .idle, .over: true
            case .opening, .launching, .running: false
            }
        }
        guard hasEnded else { throw LocalServerError.timedOut(server: self.name, log: self.log) }
    }
}
