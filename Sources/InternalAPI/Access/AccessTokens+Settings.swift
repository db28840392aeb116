import Settings
import SystemPackage

extension AccessTokens {
    /// `NOETL_INTERNAL_API_TOKEN`.
    static let token = Setting<String?>.optionalText(
        "NOETL_INTERNAL_API_TOKEN",
        "The token that callers send as Bearer; several, separated by commas, while it is rotated.",
        isSecret: true
    )

    /// `NOETL_INTERNAL_API_TOKEN_FILE`.
    static let file = Setting<String?>.file(
        "NOETL_INTERNAL_API_TOKEN_FILE",
        "A file with a token per line, read at start; used where NOETL_INTERNAL_API_TOKEN is not set."
    )

    /// Both, in the order in which they are shown.
    static let settings: [any SettingDescription] = [Self.token, Self.file]

    /// A token file is at most this long.
    private static let maximumFileBytes = 1 << 20

    /// Reads the tokens, of which there may be none.
    ///
    /// - Throws: `SettingError` for a file that cannot be read.
    init(settings reader: SettingsReader) throws {
        self.init(parsing: try reader.value(Self.token) ?? "")
        guard self.isEmpty, let path = try reader.value(Self.file) else { return }
        do {
            self.init(parsing: try Self.text(ofFile: path))
        } catch let error as Errno {
            throw SettingError("\(Self.file.name) names \(path), which cannot be read: \(error).")
        }
    }

    private static func text(ofFile path: String) throws -> String {
        let file = try FileDescriptor.open(FilePath(path), .readOnly)
        return try file.closeAfter {
            let bytes = try [UInt8](unsafeUninitializedCapacity: Self.maximumFileBytes) { buffer, length in
                let room = UnsafeMutableRawBufferPointer(buffer)
                var count = 1
                while count > 0 {
                    count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: room[length...]))
                    length += count
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
