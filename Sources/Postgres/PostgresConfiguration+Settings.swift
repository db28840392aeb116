package import Settings

extension PostgresConfiguration {
    /// `DATABASE_URL`: the whole connection string.
    package static let url = Setting<String?>.optionalText(
        "DATABASE_URL",
        "PostgreSQL connection string: a postgresql:// URI or keyword=value pairs, read by libpq.",
        accepted: "a connection string that libpq can read",
        isSecret: true,
        where: { PostgresConfiguration.fault(inConnectionString: $0) == nil }
    )

    /// `POSTGRES_HOST`: used where there is no `DATABASE_URL`.
    package static let host = Setting<String?>.optionalText(
        "POSTGRES_HOST",
        shown: "libpq's PGHOST",
        "PostgreSQL host, without DATABASE_URL."
    )

    /// `POSTGRES_PORT`: used where there is no `DATABASE_URL`.
    package static let port = Setting<Int?>(
        ["POSTGRES_PORT"],
        default: nil,
        shown: "libpq's PGPORT",
        "PostgreSQL port, without DATABASE_URL.",
        accepted: "a port number from 1 to 65535",
        parse: { text in Int(text).flatMap { (1...65535).contains($0) ? .some($0) : nil } }
    )

    /// `NOETL_POSTGRES_DB`: used where there is no `DATABASE_URL`.
    package static let database = Setting<String?>.optionalText(
        "NOETL_POSTGRES_DB",
        else: ["POSTGRES_DB"],
        shown: "libpq's PGDATABASE",
        "Database name, without DATABASE_URL."
    )

    /// `NOETL_USER`: used where there is no `DATABASE_URL`.
    package static let user = Setting<String?>.optionalText(
        "NOETL_USER",
        shown: "libpq's PGUSER",
        "PostgreSQL user, without DATABASE_URL."
    )

    /// `NOETL_PASSWORD`: used where there is no `DATABASE_URL`.
    package static let password = Setting<String?>.optionalText(
        "NOETL_PASSWORD",
        shown: "libpq's PGPASSWORD or password file",
        "PostgreSQL password, without DATABASE_URL.",
        isSecret: true
    )

    /// All of the above, in the order in which they are shown.
    package static let settings: [any SettingDescription] = [
        Self.url, Self.host, Self.port, Self.database, Self.user, Self.password,
    ]

    /// The files that TLS reads, by their libpq keyword.
    ///
    /// `sslrootcert` may also be the word `system`.
    private static let fileKeywords = ["sslrootcert", "sslcert", "sslkey", "sslcrl"]

    /// Reads where the database is.
    ///
    /// `DATABASE_URL` if it is set, else the single settings, else libpq's own `PG…` variables.
    ///
    /// - Throws: `SettingError`, also for a TLS file that the connection string names and that cannot be read.
    package init(settings reader: SettingsReader, applicationName: String) throws {
        self.init(applicationName: applicationName)
        if let url = try reader.value(Self.url) {
            self.connectionString = url
            for keyword in Self.fileKeywords {
                guard let path = self.connectionStringValue(keyword), !path.isEmpty, path != "system" else { continue }
                guard isReadableFile(path) else {
                    throw SettingError("DATABASE_URL names \(keyword)=\(path); it must be the path of a readable file.")
                }
            }
        } else {
            self.keywords = [
                "host": try reader.value(Self.host),
                "port": try reader.value(Self.port).map(String.init),
                "dbname": try reader.value(Self.database),
                "user": try reader.value(Self.user),
                "password": try reader.value(Self.password),
            ].compactMapValues { $0 }
        }
    }
}
