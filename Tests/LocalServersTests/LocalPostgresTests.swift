import SystemPackage
import Testing

@testable import LocalServers

@Suite(.timeLimit(.minutes(10)))
struct LocalPostgresTests {
    @Test
    func `settings reach the server, which is UTF-8 and in UTC`() async throws {
        let configuration = LocalPostgresConfiguration(settings: ["max_connections": "7", "work_mem": "5MB"])
        try await withLocalPostgres(configuration) { server in
            let statement = """
                SELECT concat_ws(' ', current_setting('max_connections'), current_setting('work_mem'),
                    current_setting('fsync'), current_setting('TimeZone'), current_setting('server_encoding'),
                    current_setting('listen_addresses'))
                """
            let settings = try await psql(server.uri(), statement)
            #expect(settings == "7 5MB off UTC UTF8 127.0.0.1")
        }
    }

    @Test
    func `a durable server waits for the disk`() async throws {
        try await withLocalPostgres(LocalPostgresConfiguration(isDurable: true)) { server in
            let fsync = try await psql(server.uri(), "SHOW fsync")
            #expect(fsync == "on")
        }
    }

    @Test(arguments: [LocalPostgres.StopMode.fast, .immediate])
    func `a stop and a start keep the port and what was committed`(mode: LocalPostgres.StopMode) async throws {
        try await withLocalPostgres { server in
            let uri = server.uri()
            let pid = try #require(server.pid)
            _ = try await psql(uri, "CREATE TABLE kept AS SELECT 42 AS answer")

            try await server.stop(mode: mode)
            #expect(server.pid == nil)
            #expect(try await isRunning(pid) == false)
            #expect(try await psql(uri, "SELECT 1").contains("Connection refused"))
            try await server.stop(mode: mode)

            try await server.start()
            try await server.start()
            #expect(server.uri() == uri)
            #expect(try await psql(uri, "SELECT answer FROM kept") == "42")
        }
    }

    @Test
    func `a restart is a new process`() async throws {
        try await withLocalPostgres { server in
            let pid = server.pid
            try await server.restart()
            #expect(server.pid != nil)
            #expect(server.pid != pid)
        }
    }

    @Test
    func `nothing is left after the body throws`() async throws {
        struct Failure: Error {}
        var folder: FilePath?
        var pid: Int32?
        await #expect(throws: Failure.self) {
            try await withLocalPostgres { server in
                folder = server.folder
                pid = server.pid
                throw Failure()
            }
        }
        #expect(!exists(try #require(folder)))
        #expect(try await isRunning(#require(pid)) == false)
    }

    @Test
    func `a server that cannot start says why`() async throws {
        let error = await #expect(throws: LocalServerError.self) {
            _ = try await LocalPostgres.start(LocalPostgresConfiguration(settings: ["no_such_setting": "1"]))
        }
        #expect(error?.description.contains(#"unrecognized configuration parameter "no_such_setting""#) == true)
    }

    @Test
    func `two servers run side by side`() async throws {
        try await withLocalPostgres { one in
            try await withLocalPostgres { other in
                #expect(one.port != other.port)
                _ = try await psql(one.uri(), "CREATE TABLE here ()")
                let here = "SELECT to_regclass('here') IS NOT NULL"
                #expect(try await psql(one.uri(), here) == "t")
                #expect(try await psql(other.uri(), here) == "f")
            }
        }
    }

    @Test
    func `names in the URI may hold any characters`() async throws {
        try await withLocalPostgres { server in
            _ = try await psql(server.uri(), #"CREATE DATABASE "a/b?c d%ü""#)
            #expect(try await psql(server.uri(database: "a/b?c d%ü"), "SELECT current_database()") == "a/b?c d%ü")
        }
    }

    @Test
    func `a start that is cancelled leaves nothing behind`() async throws {
        let start = Task { try await LocalPostgres.start() }
        start.cancel()
        await #expect(throws: CancellationError.self) { try await start.value }
    }
}
