/// Where a demo tells what it does and what came of it.
enum DemoOutput: Sendable {
    /// Everything on standard output, for a person.
    case text
    /// The result on standard output as JSON, the rest on standard error.
    case json

    /// Where progress is shown.
    var progress: Console {
        switch self {
        case .text: .standardOutput
        case .json: .standardError
        }
    }

    /// Writes the report.
    func write(_ report: DemoReport) {
        switch self {
        case .text: Console.standardOutput.write(report.text)
        case .json: Console.standardOutput.line(report.json)
        }
        if let access = report.accessText { self.progress.line(access) }
    }
}
