import Postgres
import ServiceLifecycle
import ServiceRuntime

/// Asks after the database while nobody else does, so that `/readyz` knows of it, and closes the pool in the end.
struct DatabaseService: Service {
    /// How long what somebody found out stays true.
    private static let validity = Duration.seconds(5)
    /// The time between two looks.
    private static let interval = Duration.seconds(1)

    let pool: PostgresPool
    let state: DatabaseState
    let heartbeat: Heartbeat

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.check()
                self.heartbeat.beat()
                try? await Task.sleep(for: Self.interval)
            }
        }
        await self.pool.close()
    }

    /// Connects and asks, unless somebody else reached the database just now.
    func check() async {
        guard !self.state.isKnownUp(since: Self.validity) else { return }
        do {
            _ = try await self.pool.withConnection { try await $0.query("SELECT 1") }
            self.state.reportUp()
        } catch let error as PostgresError {
            self.state.report(error, isCheck: true)
        } catch {
            // Cancelled: nothing was found out.
        }
    }
}
