import FoundationEssentials
import JetStream
import Postgres

/// The environment variables of the services of one demo.
struct ServiceEnvironment: Sendable {
    /// The loopback port of each service's `/livez`, `/readyz` and `/metrics`.
    let ports: [ServiceName: Int]
    /// The token of internal-api.
    let token: String

    private let base: [String: String]

    /// Chooses what the services get to see.
    ///
    /// The settings of an installation on this machine stay away from the demo, which shows the defaults; what libpq and
    /// libnats read goes along to servers that are not the demo's own.
    ///
    /// - Parameters:
    ///   - servers: The servers to use.
    ///   - ports: The port of each service.
    ///   - token: The token of internal-api.
    ///   - inherited: The environment of this process.
    init(
        servers: DemoServers,
        ports: [ServiceName: Int],
        token: String,
        inherited: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.ports = ports
        self.token = token
        var hidden = ["NOETL_", "POSTGRES_"]
        if servers.isDatabaseOwn { hidden.append("PG") }
        if servers.isNATSOwn { hidden.append("NATS_") }
        var base = inherited.filter { [hidden] variable in !hidden.contains { variable.key.hasPrefix($0) } }
        base["DATABASE_URL"] = servers.database.connectionString
        base["NATS_URL"] = servers.nats.url
        base["NOETL_EVENT_NATS_STREAM"] = servers.names.stream
        base["NOETL_EVENT_NATS_SUBJECT_PREFIX"] = servers.names.subjectPrefix
        base["NOETL_PROJECTOR_NATS_STREAM"] = servers.names.stream
        base["NOETL_PROJECTOR_NATS_SUBJECT"] = servers.names.subjects
        base["NOETL_PROJECTOR_NATS_CONSUMER"] = servers.names.consumer
        // Rows that others published are theirs to delete.
        base["NOETL_OUTBOX_RETENTION_SECONDS"] = "0"
        self.base = base
    }

    /// The variables of one service.
    func variables(of service: ServiceName) -> [String: String] {
        let prefix =
            switch service {
            case .publisher: "NOETL_OUTBOX_PUBLISHER_METRICS"
            case .projector: "NOETL_PROJECTOR_METRICS"
            case .api: "NOETL_INTERNAL_API"
            }
        var variables = self.base
        variables["\(prefix)_HOST"] = "127.0.0.1"
        variables["\(prefix)_PORT"] = self.ports[service].map(String.init)
        if service == .api { variables["NOETL_INTERNAL_API_TOKEN"] = self.token }
        return variables
    }

    /// The base of a service's URLs.
    func url(of service: ServiceName) -> String {
        "http://127.0.0.1:\(self.ports[service] ?? 0)"
    }
}
