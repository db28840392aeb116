import CLibPQ
import Glibc

/// Where a database is and how to connect to it.
package struct PostgresConfiguration: Sendable {
    /// A `postgresql://` URI or a `keyword=value` string, as libpq reads them.
    ///
    /// What it leaves out comes from the other keywords, then from libpq's own `PG…` environment variables and its
    /// service and password files. TLS is configured here too (`sslmode`, `sslrootcert`, `sslcert`, `sslkey`).
    package var connectionString: String
    /// libpq keywords that apply where the connection string does not set them.
    package var keywords: [String: String]
    /// What `pg_stat_activity` calls us, unless the connection string names an application.
    package var applicationName: String
    /// How long connecting may take where libpq's `connect_timeout` is not set, all together; of several hosts each has an
    /// equal share to take the connection in.
    ///
    /// A `connect_timeout` is for each host, in whole seconds; all together it is 60 seconds at most, also where it sets no
    /// limit.
    package var connectTimeout: Duration

    /// Creates a configuration.
    package init(
        connectionString: String = "",
        keywords: [String: String] = [:],
        applicationName: String,
        connectTimeout: Duration = .seconds(5)
    ) {
        self.connectionString = connectionString
        self.keywords = keywords
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
    }

    /// Defaults that notice a peer which is gone without a word within half a minute, where the system's own take hours.
    private static let keepalives = [
        "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3", "tcp_user_timeout": "25000",
    ]

    /// Lends the keywords and values for `PQconnectStartParams`, both ended by a null pointer.
    ///
    /// libpq takes the last of equal keywords and reads the first `dbname` as a connection string where it looks like
    /// one: so what stands before it is a default and what stands after it cannot be changed.
    func withKeywords<R>(_ body: ([UnsafePointer<CChar>?], [UnsafePointer<CChar>?]) -> R) -> R {
        var pairs = Self.keepalives.merging(self.keywords) { $1 }.map { ($0, $1) }
        pairs.append(("fallback_application_name", self.applicationName))
        if !self.connectionString.isEmpty {
            pairs.removeAll { $0.0 == "dbname" }
            pairs.append(("dbname", self.connectionString))
            if let database = self.keywords["dbname"], self.connectionStringValue("dbname") == nil {
                pairs.append(("dbname", database))
            }
        }
        pairs.append(("client_encoding", "UTF8"))
        let copies = pairs.map { (strdup($0), strdup($1)) }
        defer { for (keyword, value) in copies { free(keyword); free(value) } }
        return body(
            copies.map { UnsafePointer($0.0) } + [nil],
            copies.map { UnsafePointer($0.1) } + [nil]
        )
    }
}

extension PostgresConfiguration {
    /// What is wrong with the connection string, or `nil`.
    ///
    /// Does not connect. libpq looks at ports, the TLS mode and times only when it connects, so these are looked at here.
    package static func fault(inConnectionString text: String) -> String? {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(text, &message) else {
            defer { PQfreemem(message) }
            return message.map { String(cString: $0) }?.split(whereSeparator: \.isNewline).first.map(String.init)
                ?? "it cannot be read"
        }
        PQconninfoFree(options)
        let configuration = PostgresConfiguration(connectionString: text, applicationName: "")
        let ports = configuration.connectionStringValue("port") ?? ""
        guard ports.split(separator: ",").allSatisfy({ Int($0).map { (1...65535).contains($0) } == true }) else {
            return "the port must lie in 1...65535"
        }
        let mode = configuration.connectionStringValue("sslmode") ?? ""
        guard mode.isEmpty || Self.tlsModes.contains(mode) else {
            return "sslmode must be one of \(Self.tlsModes.joined(separator: ", "))"
        }
        let timeout = configuration.connectionStringValue("connect_timeout") ?? ""
        guard timeout.isEmpty || Self.seconds(connectTimeout: timeout) != nil else { return Self.connectTimeoutFault }
        return nil
    }

    /// Reads a `connect_timeout`, or returns `nil` where it is not what libpq takes.
    static func seconds(connectTimeout text: String) -> Int? {
        Int32(text).map(Int.init)
    }

    /// What is wrong with a `connect_timeout` that cannot be read.
    static let connectTimeoutFault = "connect_timeout must be a whole number of seconds"

    private static let tlsModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

    /// The value of a keyword of the connection string, or `nil` where it does not set it.
    package func connectionStringValue(_ keyword: String) -> String? {
        guard let options = PQconninfoParse(self.connectionString, nil) else { return nil }
        defer { PQconninfoFree(options) }
        return options.value(of: keyword)
    }
}
