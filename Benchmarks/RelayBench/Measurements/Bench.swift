/// Where and how much is measured.
struct Bench: Sendable {
    var servers: BenchServers
    let size: Size

    var programs: Programs { self.servers.programs }
    var database: Database { self.servers.database }
    var broker: Broker { self.servers.broker }

    /// Takes turns, so that what changes on the machine meanwhile changes both.
    ///
    /// Who begins changes from round to round.
    ///
    /// - Returns: What both gave, by round.
    func interleave<Value>(
        rounds: Int? = nil,
        _ ours: (Int) async throws -> Value,
        limit: (Int) async throws -> Value
    ) async throws -> (ours: [Value], limit: [Value]) {
        var values: (ours: [Value], limit: [Value]) = ([], [])
        for round in 0..<(rounds ?? self.size.rounds) {
            if round % 2 == 0 { values.limit.append(try await limit(round)) }
            values.ours.append(try await ours(round))
            if round % 2 == 1 { values.limit.append(try await limit(round)) }
        }
        return values
    }
}
