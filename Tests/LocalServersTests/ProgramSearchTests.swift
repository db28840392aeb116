import SystemPackage
import TestSupport
import Testing

@testable import LocalServers

struct ProgramSearchTests {
    @Test
    func `a missing PostgreSQL is an error that names the Debian package`() async throws {
        let error = await #expect(throws: LocalServerError.self) {
            _ = try await LocalPostgres.start(LocalPostgresConfiguration(programs: .nowhere))
        }
        #expect(
            error?.description
                == "initdb was not found; install the Debian package postgresql (apt-get install postgresql)"
        )
    }

    @Test
    func `a missing nats-server is an error that names the Debian package`() async throws {
        let error = await #expect(throws: LocalServerError.self) {
            _ = try await LocalNATS.start(LocalNATSConfiguration(programs: .nowhere))
        }
        #expect(
            error?.description
                == "nats-server was not found; install the Debian package nats-server (apt-get install nats-server)"
        )
    }

    @Test
    func `of several versions of PostgreSQL the highest is taken`() async throws {
        try await withTemporaryFolder { folder in
            for version in ["9.6", "15", "9"] {
                try await Self.install(["initdb", "postgres"], in: folder.appending("\(version)/bin"))
            }
            try await Self.install(["initdb", "postgres"], in: folder.appending("old/bin"))
            var search = ProgramSearch.nowhere
            search.postgresVersions = folder
            #expect(try await search.postgresFolder() == folder.appending("15/bin"))
        }
    }

    @Test
    func `a folder without the server itself is passed over`() async throws {
        try await withTemporaryFolder { folder in
            try await Self.install(["initdb"], in: folder.appending("client"))
            try await Self.install(["initdb", "postgres"], in: folder.appending("server"))
            var search = ProgramSearch.nowhere
            search.folders = [folder.appending("client"), folder.appending("server")]
            #expect(try await search.postgresFolder() == folder.appending("server"))
        }
    }

    @Test
    func `pg_config is asked last`() async throws {
        try await withTemporaryFolder { folder in
            try await Self.install(["initdb", "postgres"], in: folder.appending("elsewhere"))
            try await Self.install(["pg_config"], in: folder.appending("client"), script: "echo \(folder)/elsewhere")
            var search = ProgramSearch.nowhere
            search.folders = [folder.appending("client")]
            #expect(try await search.postgresFolder() == folder.appending("elsewhere"))
        }
    }

    /// Writes shell scripts that stand for programs.
    private static func install(_ names: [String], in folder: FilePath, script: String = "") async throws {
        for name in names {
            try await shell(
                #"mkdir -p "$1" && printf '#!/bin/sh\n%s\n' "$3" >"$1/$2" && chmod +x "$1/$2""#,
                folder.string,
                name,
                script
            )
        }
    }
}

extension ProgramSearch {
    fileprivate static var nowhere: Self {
        var search = Self(folders: [])
        search.systemFolders = []
        search.postgresVersions = "/nonexistent"
        return search
    }
}
