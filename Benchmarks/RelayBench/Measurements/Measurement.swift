/// Something that can be measured on its own.
protocol Measurement: Sendable {
    /// What it is called in `--only`.
    static var name: String { get }
    /// What it measures, for `--help`.
    static var summary: String { get }

    init()

    /// Measures.
    ///
    /// - Throws: ``BenchError`` where something did not do its work, and what the servers throw.
    func figures(_ bench: Bench) async throws -> [Figure]
}
