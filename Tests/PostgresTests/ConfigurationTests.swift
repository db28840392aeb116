import Postgres
import Settings
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ConfigurationTests {
    @Test(
        arguments: [
            "", "host=h", "host=h port=5432 dbname='a b'", "postgresql://", "postgres://u:p@h:1/d?sslmode=disable",
            "postgresql://h1:1,h2:2/d?target_session_attrs=read-write", "postgresql:///d?host=/run/postgresql",
            "service=relay", "postgresql://[::1]:5432/d", "sslmode=verify-full sslrootcert=system",
            "postgresql://h/d?connect_timeout=3", "connect_timeout=0",
        ]
    )
    func `a connection string that libpq can use has no fault`(text: String) {
        #expect(PostgresConfiguration.fault(inConnectionString: text) == nil)
    }

    @Test(
        arguments: [
            "h", "hots=h", "postgresql://h/d?nonsense=1", "postgresql://[::1/d", "host='h", "mysql://h/d",
            "postgresql://h:port/d", "postgresql://h:0/d", "postgresql://h:65536/d", "port=1,x", "host=h port=-1",
            "sslmode=yes", "postgresql://h/d?sslmode=on", "connect_timeout=soon",
            "postgresql://h/d?connect_timeout=1.5",
        ]
    )
    func `a connection string that libpq cannot use has a fault, known without connecting`(text: String) throws {
        let fault = try #require(PostgresConfiguration.fault(inConnectionString: text))
        #expect(!fault.isEmpty)
        #expect(!fault.contains("\n"))
    }

    @Test
    func `a keyword of the connection string can be read`() {
        let configuration = PostgresConfiguration(
            connectionString: "postgresql://u:s%20p@h/d?sslrootcert=/ca.pem",
            applicationName: "tests"
        )
        #expect(configuration.connectionStringValue("password") == "s p")
        #expect(configuration.connectionStringValue("sslrootcert") == "/ca.pem")
        #expect(configuration.connectionStringValue("sslkey") == nil)
        #expect(configuration.connectionStringValue("nonsense") == nil)
    }

    @Test(.emptyDatabase)
    func `keywords and a connection string lead to the same database`() async throws {
        let uri = ScratchDatabase.configuration
        var keywords = PostgresConfiguration(applicationName: "tests")
        for name in ["host", "port", "user", "dbname"] { keywords.keywords[name] = uri.connectionStringValue(name) }
        for configuration in [uri, keywords] {
            let connection = try await PostgresConnection.connect(configuration, logger: .quiet)
            #expect(try await connection.texts("SELECT current_database()") == [ScratchDatabase.name])
        }
    }

    @Test(.emptyDatabase)
    func `the connection string wins over the keywords, its application name over ours, and the text is UTF-8`()
        async throws
    {
        var configuration = ScratchDatabase.configuration
        configuration.keywords = ["dbname": "no_such_database", "user": "no_such_user"]
        let ours = try await PostgresConnection.connect(configuration, logger: .quiet)
        #expect(try await ours.texts("SELECT current_setting('application_name')") == ["tests"])
        configuration.connectionString += "?application_name=theirs&client_encoding=LATIN1"
        let theirs = try await PostgresConnection.connect(configuration, logger: .quiet)
        #expect(try await theirs.texts("SELECT current_setting('application_name')") == ["theirs"])
        #expect(try await theirs.texts("SELECT current_setting('client_encoding')") == ["UTF8"])
    }

    @Test(.emptyDatabase)
    func `a keyword that the connection string does not set applies`() async throws {
        var configuration = ScratchDatabase.configuration
        configuration.connectionString = "host=127.0.0.1 port=\(configuration.connectionStringValue("port") ?? "")"
        configuration.keywords = ["dbname": ScratchDatabase.name, "user": "postgres"]
        let connection = try await PostgresConnection.connect(configuration, logger: .quiet)
        #expect(try await connection.texts("SELECT current_database()") == [ScratchDatabase.name])
    }

    @Test
    func `DATABASE_URL wins over the single settings`() throws {
        let reader = SettingsReader(environment: ["DATABASE_URL": "postgresql://h/d", "POSTGRES_HOST": "other"])
        let configuration = try PostgresConfiguration(settings: reader, applicationName: "tests")
        #expect(configuration.connectionString == "postgresql://h/d")
        #expect(configuration.keywords.isEmpty)
    }

    @Test
    func `the single settings become keywords, the ones that are not set are left to libpq`() throws {
        let reader = SettingsReader(
            environment: [
                "POSTGRES_HOST": "h", "POSTGRES_PORT": "5433", "POSTGRES_DB": "d", "NOETL_USER": "u",
                "NOETL_PASSWORD": "it's \\ p",
            ]
        )
        let configuration = try PostgresConfiguration(settings: reader, applicationName: "tests")
        #expect(configuration.connectionString == "")
        #expect(
            configuration.keywords
                == ["host": "h", "port": "5433", "dbname": "d", "user": "u", "password": "it's \\ p"]
        )
        let bare = SettingsReader(environment: [:])
        #expect(try PostgresConfiguration(settings: bare, applicationName: "tests").keywords.isEmpty)
    }

    @Test(
        arguments: [
            ("DATABASE_URL", "postgresql://u:hunter2@h:port/d"), ("DATABASE_URL", "hunter2"),
            ("POSTGRES_PORT", "0"), ("POSTGRES_PORT", "65536"), ("POSTGRES_PORT", "five"), ("POSTGRES_PORT", ""),
        ]
    )
    func `an unusable value is a sentence that names the setting and shows no secret`(name: String, value: String) {
        let reader = SettingsReader(environment: [name: value])
        let error = #expect(throws: SettingError.self) {
            try PostgresConfiguration(settings: reader, applicationName: "tests")
        }
        #expect(error?.description.hasPrefix("\(name) ") == true)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test(arguments: ["sslrootcert", "sslcert", "sslkey", "sslcrl"])
    func `a TLS file that cannot be read is a sentence that names it`(keyword: String) {
        let reader = SettingsReader(environment: ["DATABASE_URL": "postgresql://h/d?\(keyword)=/nonexistent.pem"])
        let error = #expect(throws: SettingError.self) {
            try PostgresConfiguration(settings: reader, applicationName: "tests")
        }
        #expect(
            error?.description
                == "DATABASE_URL names \(keyword)=/nonexistent.pem; it must be the path of a readable file."
        )
    }
}
