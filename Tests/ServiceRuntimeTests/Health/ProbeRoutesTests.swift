import Hummingbird
import HummingbirdTesting
import Logging
import ServiceRuntime
import Testing

struct ProbeRoutesTests {
    private struct Away: Error {}

    private func answer(_ path: String, of health: Health) async throws -> (status: Int, body: String) {
        let router = Router()
        ProbeRoutes(health: health, registry: PrometheusCollectorRegistry()).add(to: router)
        return try await Application(router: router).test(.router) { client in
            try await client.execute(uri: path, method: .get) { ($0.status.code, String(buffer: $0.body)) }
        }
    }

    @Test func `a process without faults is alive and ready`() async throws {
        let health = Health(logger: Logger(label: "tests"))
        #expect(try await self.answer("/livez", of: health) == (200, #"{"status":"ok"}"#))
        #expect(try await self.answer("/readyz", of: health) == (200, #"{"status":"ok"}"#))
    }

    @Test func `a dependency that is away makes it unready and leaves it alive`() async throws {
        let health = Health(logger: Logger(label: "tests"))
        let dependency = health.addDependency("postgres")
        dependency.reportDown(Away())
        let ready = try await self.answer("/readyz", of: health)
        #expect(ready == (503, #"{"status":"unavailable","postgres":"Away()"}"#))
        #expect(try await self.answer("/livez", of: health).status == 200)
        dependency.reportUp()
        #expect(try await self.answer("/readyz", of: health).status == 200)
    }

    @Test func `a stopping process is not ready`() async throws {
        let health = Health(logger: Logger(label: "tests"))
        health.beginStopping()
        #expect(try await self.answer("/readyz", of: health).status == 503)
    }

    @Test func `a loop that does not turn is named, unless it rests`() async throws {
        let health = Health(logger: Logger(label: "tests"))
        let heartbeat = health.addHeartbeat("worker-0", limit: .zero)
        let stuck = try await self.answer("/livez", of: health)
        #expect(stuck.status == 503)
        #expect(stuck.body.contains("worker-0"))
        heartbeat.rest()
        #expect(try await self.answer("/livez", of: health).status == 200)
        heartbeat.beat()
        #expect(try await self.answer("/livez", of: health).status == 503)
    }

    @Test func `metrics are served as Prometheus reads them`() async throws {
        let metrics = try await self.answer("/metrics", of: Health(logger: Logger(label: "tests")))
        #expect(metrics.status == 200)
        #expect(metrics.body.contains("# TYPE process_cpu_seconds_total counter"))
    }
}
