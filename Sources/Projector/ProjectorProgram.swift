import ServiceRuntime

/// The executable `projector`.
@main
enum ProjectorProgram {
    static let program = ServiceProgram(
        name: "projector",
        summary: "Projects every event in the stream into noetl.event, once.",
        settings: ProjectorSettings.all
    )

    static func main() async {
        await Self.program.main(build: buildServices)
    }
}
