import FoundationEssentials
import Glibc

/// What tells where a program spends its time.
enum Profiler: Sendable {
    /// Samples of the processor's time; needs no hardware counters, which virtual machines often lack.
    case perf
    /// Counts instructions, some fifty times slower.
    case callgrind

    /// The better one that is installed.
    ///
    /// - Throws: ``BenchError`` where neither is.
    static func find() throws -> Profiler {
        if access("/usr/bin/perf", X_OK) == 0 { return .perf }
        if access("/usr/bin/valgrind", X_OK) == 0 { return .callgrind }
        throw BenchError("neither perf (linux-perf) nor valgrind is installed.")
    }

    /// The command line before that of the program, whose samples go to a file.
    func command(_ file: String) -> [String] {
        switch self {
        case .perf: ["/usr/bin/perf", "record", "-e", "cpu-clock", "-F", "997", "-g", "-o", file, "--"]
        case .callgrind: ["/usr/bin/valgrind", "--tool=callgrind", "--callgrind-out-file=\(file)"]
        }
    }

    /// The functions that took most, as text.
    ///
    /// - Parameters:
    ///   - file: Where the samples are.
    ///   - folder: For the text.
    /// - Returns: A line for each function.
    /// - Throws: ``BenchError`` where the tool fails.
    func report(_ file: String, in folder: String) async throws -> String {
        let (program, arguments) =
            switch self {
            case .perf:
                (
                    "/usr/bin/perf",
                    [
                        "report", "-i", file, "--stdio", "--sort", "comm,sym", "--no-children", "-g", "none",
                        "--percent-limit", "0.7",
                    ]
                )
            case .callgrind: ("/usr/bin/callgrind_annotate", [file])
            }
        let text = "\(folder)/profile"
        _ = try await ChildProcess(program, arguments, environment: ["PATH": "/usr/bin:/bin"], log: text).usage()
        let lines = try String(contentsOf: URL(filePath: text), encoding: .utf8).split(separator: "\n")
        return lines.filter { !$0.hasPrefix("#") }.prefix(50).joined(separator: "\n")
    }
}
