/// How a ``LocalNATS`` is set up.
package struct LocalNATSConfiguration: Hashable, Sendable {
    /// Lines of the server's configuration file, such as `max_payload: 64KB` or a block of several lines.
    ///
    /// The address, the port and the store folder are the server's own business; what is said about them here is
    /// without effect.
    package var lines: [String]

    /// Where `nats-server` is looked for.
    package var programs: ProgramSearch

    /// Describes a server; by default one with JetStream and without authorization.
    package init(lines: [String] = [], programs: ProgramSearch = .system) {
        self.lines = lines
        self.programs = programs
    }
}
