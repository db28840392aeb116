import Postgres
import TestSupport
import Testing

extension PostgresConnection {
    /// Returns when another connection's process runs a statement that contains a text.
    nonisolated func waitUntilBusy(_ process: Int64, with text: String) async throws {
        try await eventually {
            try await self.isBusy(process, with: text)
        }
    }

    /// Whether another connection's process runs a statement that contains a text.
    nonisolated func isBusy(_ process: Int64, with text: String) async throws -> Bool {
        let count = try await self.integer(
            "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND state = 'active' AND strpos(query, $2) > 0",
            [.integer(process), .text(text)]
        )
        return count == 1
    }

    /// Returns when another connection's process is gone.
    nonisolated func waitUntilGone(_ process: Int64) async throws {
        try await eventually {
            try await self.integer("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", [.integer(process)]) == 0
        }
    }
}
