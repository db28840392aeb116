import ServiceRuntime

/// The executable `outbox-publisher`.
@main
enum OutboxPublisherProgram {
    static let program = ServiceProgram(
        name: "outbox-publisher",
        summary: "Publishes every committed row of noetl.outbox to NATS JetStream.",
        settings: PublisherSettings.all
    )

    static func main() async {
        await Self.program.main(build: buildServices)
    }
}
