import Glibc
import SystemPackage

/// The temporary folder with the services' logs.
struct LogFolder: Sendable {
    /// Where it is.
    let path: FilePath

    /// Makes a folder of a new name that only this user can enter.
    ///
    /// - Throws: `Errno`.
    static func make() throws -> LogFolder {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array((parent + "/noetl-relay-demo.XXXXXX").utf8CString)
        guard mkdtemp(&name) != nil else { throw Errno(rawValue: errno) }
        return LogFolder(path: FilePath(String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)))
    }

    /// Removes the folder and the logs in it.
    func remove() {
        for service in ServiceName.allCases { unlink(self.path.appending(service.logName).string) }
        rmdir(self.path.string)
    }

    /// Removes the folder if there are no logs in it; returns whether there are some.
    func isKept() -> Bool {
        rmdir(self.path.string) != 0
    }

    /// The last lines of a log, empty where it cannot be read.
    static func lastLines(of path: FilePath, count: Int = 15) -> String {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return "" }
        defer { try? file.close() }
        guard let size = try? file.seek(offset: 0, from: .end) else { return "" }
        let length = min(size, 16_384)
        let text = withUnsafeTemporaryAllocation(byteCount: Int(length), alignment: 1) { buffer in
            let read = try? file.read(fromAbsoluteOffset: size - length, into: buffer)
            return String(decoding: buffer.prefix(read ?? 0), as: UTF8.self)
        }
        return text.split(separator: "\n").suffix(count).joined(separator: "\n")
    }
}
