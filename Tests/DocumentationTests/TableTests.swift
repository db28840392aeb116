import Foundation
import Testing

struct TableTests {
    private static let pages: [URL] = {
        let root = Page("../README.md").url.deletingLastPathComponent()
        let docs = root.appending(path: "docs")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: docs.path())) ?? []
        return names.filter { $0.hasSuffix(".md") }.sorted().map { docs.appending(path: $0) }
            + ["README.md", "CONTRIBUTING.md"].map { root.appending(path: $0) }
    }()

    @Test func `every row of a table has the columns of its head`() throws {
        #expect(Self.pages.count > 5)
        for page in Self.pages {
            let lines = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "\n")
            var columns: Int?
            for (index, line) in lines.enumerated() {
                guard line.hasPrefix("|") else {
                    columns = nil
                    continue
                }
                // An escaped bar is a character of a cell.
                let count = line.replacing("\\|", with: "").count { $0 == "|" }
                #expect(count == columns ?? count, "\(page.lastPathComponent):\(index + 1): \(line)")
                columns = columns ?? count
            }
        }
    }
}
