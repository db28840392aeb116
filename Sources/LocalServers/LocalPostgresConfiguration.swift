/// How a ``LocalPostgres`` is set up.
package struct LocalPostgresConfiguration: Hashable, Sendable {
    /// Settings as in `postgresql.conf`, such as `["max_connections": "200"]`.
    ///
    /// The address, the port and the socket folder are the server's own business; what is said about them here is
    /// without effect.
    package var settings: [String: String]

    /// Whether commits wait for the disk, as in earnest; `false` is faster.
    ///
    /// Either way, what was committed survives any stop of the server.
    package var isDurable: Bool

    /// Where `initdb` and `postgres` are looked for.
    package var programs: ProgramSearch

    /// Describes a server; by default a fast one for tests.
    package init(
        settings: [String: String] = [:],
        isDurable: Bool = false,
        programs: ProgramSearch = .system
    ) {
        self.settings = settings
        self.isDurable = isDurable
        self.programs = programs
    }

    /// The options of `postgres` for ``settings`` and ``isDurable``.
    var options: [String] {
        var settings = self.settings
        if !self.isDurable {
            // Not synchronous_commit: without it, commits the client has seen are lost in an immediate stop.
            settings.merge(["fsync": "off", "full_page_writes": "off"]) { given, _ in given }
        }
        return settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }
}
