import JetStream
import Postgres
import Testing

@testable import RelayCtl

@Suite
struct ServiceEnvironmentTests {
    private let inherited = [
        "PATH": "/bin", "NOETL_OUTBOX_SOURCE": "api", "POSTGRES_HOST": "elsewhere", "PGPASSWORD": "p",
        "NATS_CREDS": "c",
    ]

    private func environment(isOwn: Bool) -> ServiceEnvironment {
        ServiceEnvironment(
            servers: DemoServers(
                database: PostgresConfiguration(connectionString: "postgresql://here/noetl", applicationName: ""),
                nats: NATSConfiguration(url: "nats://here:1", name: ""),
                isDatabaseOwn: isOwn,
                isNATSOwn: isOwn,
                names: .usual
            ),
            ports: [.publisher: 1, .projector: 2, .api: 3],
            token: "secret",
            inherited: self.inherited
        )
    }

    @Test
    func `settings of the machine stay away from servers of the demo's own`() {
        let variables = self.environment(isOwn: true).variables(of: .publisher)
        #expect(variables["PATH"] == "/bin")
        #expect(Set(variables.keys).isDisjoint(with: self.inherited.keys.filter { $0 != "PATH" }))
        #expect(variables["DATABASE_URL"] == "postgresql://here/noetl")
        #expect(variables["NATS_URL"] == "nats://here:1")
    }

    @Test
    func `what the clients' libraries read goes along to given servers`() {
        let variables = self.environment(isOwn: false).variables(of: .projector)
        #expect(variables["PGPASSWORD"] == "p")
        #expect(variables["NATS_CREDS"] == "c")
        #expect(variables["NOETL_OUTBOX_SOURCE"] == nil)
    }

    @Test
    func `each service listens on its own loopback port, and only the API has the token`() {
        let environment = self.environment(isOwn: true)
        #expect(environment.variables(of: .publisher)["NOETL_OUTBOX_PUBLISHER_METRICS_PORT"] == "1")
        #expect(environment.variables(of: .projector)["NOETL_PROJECTOR_METRICS_HOST"] == "127.0.0.1")
        #expect(environment.variables(of: .api)["NOETL_INTERNAL_API_PORT"] == "3")
        #expect(environment.variables(of: .api)["NOETL_INTERNAL_API_TOKEN"] == "secret")
        #expect(environment.variables(of: .publisher)["NOETL_INTERNAL_API_TOKEN"] == nil)
        #expect(environment.url(of: .projector) == "http://127.0.0.1:2")
    }

    @Test
    func `names of a given broker's stream are nobody else's`() {
        #expect(StreamNames.unique() != StreamNames.unique())
        #expect(Subject.isPublishable(StreamNames.unique().subjectPrefix))
    }
}
