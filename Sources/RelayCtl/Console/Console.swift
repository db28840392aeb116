import Glibc
import SystemPackage

/// Where a command writes text for a person or a program.
struct Console: Sendable {
    /// Standard output.
    static let standardOutput = Console(descriptor: .standardOutput)
    /// Standard error.
    static let standardError = Console(descriptor: .standardError)

    private let descriptor: FileDescriptor

    /// Whether a person looks at it, so that it can be redrawn.
    var isTerminal: Bool { isatty(self.descriptor.rawValue) == 1 }

    /// How many characters fit in a line; 80 where that is not known.
    var width: Int {
        var size = winsize()
        let status = ioctl(self.descriptor.rawValue, UInt(TIOCGWINSZ), &size)
        return status == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Writes text as it is; what cannot be written is lost, as there is nobody to tell.
    func write(_ text: String) {
        _ = try? self.descriptor.writeAll(text.utf8)
    }

    /// Writes a line.
    func line(_ text: String = "") {
        self.write(text + "\n")
    }

    /// Writes one sentence of complaint to standard error.
    static func complain(_ sentence: String) {
        self.standardError.line("relayctl: \(sentence)")
    }
}
