import ServiceRuntime

/// The executable `internal-api`.
@main
struct App {
    static func main() async {
        await ServiceProgram(
            name: "internal-api",
            summary: "Serves /api/internal: claims, marks and counts of noetl.outbox, and projection into noetl.event.",
            settings: APISettings.all
        )
        .main { context in try APIParts(context).services }
    }
}
