import Foundation

/// A page of `docs/`.
struct Page {
    /// Where it is.
    let url: URL

    init(_ name: String, testFile: String = #filePath) {
        self.url =
            URL(filePath: testFile)
            .deletingLastPathComponent()
            .appending(path: "../../docs/\(name)")
            .standardizedFileURL
    }

    /// What it says.
    var text: String {
        get throws { try String(contentsOf: self.url, encoding: .utf8) }
    }

    /// Whether pages that are made from the code are to be written anew, as `make docs` asks.
    static var isWriting: Bool { ProcessInfo.processInfo.environment["NOETL_RELAY_WRITE_DOCS"] != nil }
}
