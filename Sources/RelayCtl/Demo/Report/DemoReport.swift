/// What a demo has to tell at the end.
struct DemoReport: Sendable {
    /// Which servers were used.
    struct Servers: Hashable, Sendable {
        /// Whether the database was the demo's own.
        let isDatabaseOwn: Bool
        /// Whether NATS was the demo's own.
        let isNATSOwn: Bool
        /// The stream's name.
        let stream: String
    }

    /// How long the parts took, in seconds.
    struct Times: Hashable, Sendable {
        /// Until the services were ready.
        let start: Double
        /// From the first commit to the last event's arrival.
        let run: Double
    }

    /// How to reach what is left running.
    struct Access: Hashable, Sendable {
        /// The connection string of the database.
        let databaseURL: String
        /// The URL of NATS.
        let natsURL: String
        /// Each service and the base of its URLs.
        let services: [ServiceURL]
        /// The token of internal-api.
        let token: String
        /// The folder with the services' logs.
        let logs: String
    }

    /// A service and where it listens.
    struct ServiceURL: Hashable, Sendable {
        /// The executable's name.
        let name: String
        /// The base of its URLs.
        let url: String
    }

    /// The servers.
    let servers: Servers
    /// How many events a second were to be committed.
    let rate: Int
    /// How many were committed.
    let events: Int
    /// How long things took.
    let times: Times
    /// How fast events arrived.
    let latencies: Latencies
    /// What was proven.
    let proof: Proof
    /// How to reach what is left running, if anything is.
    let access: Access?

    /// Events a second over the whole run.
    var throughput: Double { Double(self.events) / max(self.times.run, 0.001) }
}
