import Glibc
import Subprocess
package import SystemPackage

/// Makes an empty folder that only this user can enter, lends it to `body` and removes it with what is in it.
///
/// - Throws: `Errno` where it cannot be made; what `body` throws.
package func withTemporaryFolder<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
    var name = Array("/tmp/noetl-relay-tests.XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else { throw Errno(rawValue: errno) }
    let folder = FilePath(String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
    do {
        let result = try await body(folder)
        try await remove(folder)
        return result
    } catch {
        try? await remove(folder)
        throw error
    }
}

private func remove(_ folder: FilePath) async throws {
    _ = try await run(.name("rm"), arguments: ["-rf", folder.string], output: .discarded)
}
