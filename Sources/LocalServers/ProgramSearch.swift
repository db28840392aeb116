import Glibc
import Subprocess
package import SystemPackage

/// Where the programs of the servers are looked for.
package struct ProgramSearch: Hashable, Sendable {
    /// Searched first, in order: the folders of `PATH`.
    package var folders: [FilePath]

    /// Searched next for nats-server and pgbouncer; Debian installs them where an ordinary user's `PATH` does not lead.
    package var systemFolders: [FilePath] = ["/usr/sbin", "/usr/local/bin"]

    /// Searched next for PostgreSQL: holds one folder per version, each with a folder `bin`.
    package var postgresVersions: FilePath = "/usr/lib/postgresql"

    /// Searches `folders`, then the places where Debian installs the servers.
    package init(folders: [FilePath]) {
        self.folders = folders
    }

    /// The search of this process, by its `PATH`.
    package static var system: Self {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        // An empty entry means the working folder, which is no place to take a server from.
        return Self(folders: path.split(separator: ":").map { FilePath(String($0)) })
    }

    /// Returns the path of nats-server.
    ///
    /// - Throws: ``LocalServerError/programNotFound(program:debianPackage:)``.
    func natsServer() throws(LocalServerError) -> FilePath {
        try self.systemProgram("nats-server")
    }

    /// Returns the path of pgbouncer.
    ///
    /// - Throws: ``LocalServerError/programNotFound(program:debianPackage:)``.
    func pgBouncer() throws(LocalServerError) -> FilePath {
        try self.systemProgram("pgbouncer")
    }

    /// Returns the path of a program whose package has its name.
    private func systemProgram(_ name: String) throws(LocalServerError) -> FilePath {
        let candidates = (self.folders + self.systemFolders).map { $0.appending(name) }
        guard let found = candidates.first(where: Self.isProgram) else {
            throw .programNotFound(program: name, debianPackage: name)
        }
        return found
    }

    /// Returns the folder that holds both `initdb` and `postgres`.
    ///
    /// - Throws: ``LocalServerError/programNotFound(program:debianPackage:)``.
    func postgresFolder() async throws(LocalServerError) -> FilePath {
        if let found = (self.folders + self.installedVersions()).first(where: Self.holdsPostgres) {
            return found
        }
        if let folder = await self.folderNamedByPgConfig(), Self.holdsPostgres(folder) {
            return folder
        }
        throw .programNotFound(program: "initdb", debianPackage: "postgresql")
    }

    /// Returns the `bin` folders below ``postgresVersions``, the highest version first.
    private func installedVersions() -> [FilePath] {
        var matches = glob_t()
        defer { globfree(&matches) }
        guard glob(self.postgresVersions.appending("*").string, 0, nil, &matches) == 0 else { return [] }
        let paths = UnsafeBufferPointer(start: matches.gl_pathv, count: Int(matches.gl_pathc))
        let versions: [(number: Double, path: FilePath)] = paths.compactMap { pointer in
            guard let pointer else { return nil }
            let path = FilePath(String(cString: pointer))
            // PostgreSQL 9 and older named its folders with a fraction: 9.6.
            guard let number = path.lastComponent.flatMap({ Double($0.string) }) else { return nil }
            return (number, path)
        }
        return versions.sorted { $0.number > $1.number }.map { $0.path.appending("bin") }
    }

    /// Asks `pg_config`, which exists without a server where only the client library is installed.
    private func folderNamedByPgConfig() async -> FilePath? {
        guard let program = self.folders.map({ $0.appending("pg_config") }).first(where: Self.isProgram) else {
            return nil
        }
        let outcome = try? await run(.path(program), arguments: ["--bindir"], output: .string(limit: 4096))
        let line = outcome?.standardOutput.split(separator: "\n").first
        return line.map { FilePath(String($0)) }
    }

    private static func holdsPostgres(_ folder: FilePath) -> Bool {
        ["initdb", "postgres"].allSatisfy { self.isProgram(folder.appending($0)) }
    }

    private static func isProgram(_ path: FilePath) -> Bool {
        access(path.string, X_OK) == 0
    }
}
