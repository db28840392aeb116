import SystemPackage

/// Reads and writes the small text files by which servers are set up and observed.
enum TextFile {
    /// Returns the last `limit` bytes of a file as text, or `nil` if it cannot be read.
    static func end(of path: FilePath, limit: Int = 16_384) -> String? {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return nil }
        defer { try? file.close() }
        guard let size = try? file.seek(offset: 0, from: .end) else { return nil }
        let start = max(0, size - Int64(limit))
        var bytes: [UInt8] = []
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            while bytes.count < limit {
                let offset = start + Int64(bytes.count)
                guard let count = try? file.read(fromAbsoluteOffset: offset, into: buffer), count > 0 else { return }
                bytes.append(contentsOf: buffer.prefix(count))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Returns the last `count` lines of a file, or an empty text if it cannot be read.
    static func lastLines(of path: FilePath, count: Int = 20) -> String {
        let text = self.end(of: path) ?? ""
        return text.split(separator: "\n", omittingEmptySubsequences: false).suffix(count).joined(separator: "\n")
    }

    /// Writes a file that only its owner may read, replacing the one that is there.
    ///
    /// - Throws: `Errno`.
    static func write(_ text: String, to path: FilePath) throws {
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .truncate, .closeOnExec],
            permissions: .ownerReadWrite
        )
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
    }
}
