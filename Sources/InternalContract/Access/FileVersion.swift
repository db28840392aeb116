import Glibc
import SystemPackage

/// What tells a file from the same file after a change: which one it is, how long, and when it was changed.
struct FileVersion: Hashable {
    /// A file is read up to this length.
    private static let maximumBytes = 1 << 20
    /// The clock that stamps files may stand still for some milliseconds: a younger stamp proves nothing.
    private static let settlingSeconds = 2

    private let device: UInt64
    private let number: UInt64
    private let length: Int
    private let seconds: Int
    private let nanoseconds: Int

    private init(_ status: stat) {
        self.device = UInt64(status.st_dev)
        self.number = UInt64(status.st_ino)
        self.length = Int(status.st_size)
        self.seconds = status.st_ctim.tv_sec
        self.nanoseconds = status.st_ctim.tv_nsec
    }

    /// Whether the file at a path is still this one, unchanged.
    ///
    /// `false` also where that cannot be told yet.
    func isCurrent(of path: FilePath) -> Bool {
        var status = stat()
        return path.withPlatformString { stat($0, &status) } == 0 && FileVersion(status) == self
            && self.seconds + Self.settlingSeconds < time(nil)
    }

    /// Reads a file's text together with its version.
    ///
    /// - Throws: `Errno`.
    static func read(_ path: FilePath) throws -> (text: String, version: FileVersion) {
        let file = try FileDescriptor.open(path, .readOnly)
        return try file.closeAfter {
            var status = stat()
            guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
            let bytes = try [UInt8](unsafeUninitializedCapacity: Self.maximumBytes) { buffer, length in
                let room = UnsafeMutableRawBufferPointer(buffer)
                var count = 1
                while count > 0 {
                    count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: room[length...]))
                    length += count
                }
            }
            return (String(decoding: bytes, as: UTF8.self), FileVersion(status))
        }
    }
}
