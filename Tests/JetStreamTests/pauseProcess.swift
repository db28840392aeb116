import Glibc
import TestSupport
import Testing

/// Stops a process and returns when none of its threads runs any more; `SIGCONT` continues it.
func pauseProcess(_ process: Int32) async throws {
    kill(process, SIGSTOP)
    try await eventually { threadStates(of: process).allSatisfy { $0 == "T" } }
}

/// The states of a process' threads, as `ps` shows them.
private func threadStates(of process: Int32) -> [Character] {
    guard let folder = opendir("/proc/\(process)/task") else { return [] }
    defer { closedir(folder) }
    var states: [Character] = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard let thread = Int32(name), let file = fopen("/proc/\(process)/task/\(thread)/stat", "r") else { continue }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        guard fgets(&line, Int32(line.count), file) != nil else { continue }
        // The state follows the program's name, which is in parentheses.
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if let end = text.lastIndex(of: ")"), let state = text[end...].dropFirst(2).first { states.append(state) }
    }
    return states
}
