import ArgumentParser

/// The flags that say where the servers are, in place of the environment.
struct ServerFlags: ParsableArguments {
    @Option(name: .customLong("database-url"), help: "PostgreSQL connection string, in place of DATABASE_URL.")
    var databaseURL: String?

    @Option(name: .customLong("nats-url"), help: "NATS servers, in place of NOETL_EVENT_NATS_URL and NATS_URL.")
    var natsURL: String?

    @Option(help: "The stream, in place of NOETL_EVENT_NATS_STREAM.")
    var stream: String?
}
