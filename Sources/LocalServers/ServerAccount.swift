import Glibc

/// The user a server runs as.
struct ServerAccount: Hashable, Sendable {
    /// The numeric user and group to change to; `nil` keeps those of this process.
    let identity: Identity?

    /// A user and its first group, by number.
    struct Identity: Hashable, Sendable {
        let user: uid_t
        let group: gid_t
    }

    /// The user of this process.
    static var own: Self { Self(identity: nil) }

    /// The user for PostgreSQL, which refuses to run as root.
    ///
    /// An ordinary user keeps its own account; root becomes `postgres`, or `nobody` where that does not exist.
    ///
    /// - Throws: ``LocalServerError/noAccount``.
    static func forPostgres() throws(LocalServerError) -> Self {
        guard geteuid() == 0 else { return .own }
        guard let identity = Self.identity(of: "postgres") ?? Self.identity(of: "nobody") else { throw .noAccount }
        return Self(identity: identity)
    }

    private static func identity(of name: String) -> Identity? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { strings in
            guard let memory = strings.baseAddress,
                getpwnam_r(name, &entry, memory, strings.count, &found) == 0,
                found != nil, entry.pw_uid != 0
            else { return nil }
            return Identity(user: entry.pw_uid, group: entry.pw_gid)
        }
    }
}
