package import Postgres
import Waiting

/// The SQL over `noetl.outbox`, on one connection.
///
/// What claims, counts and marks agree on is written once, in ``Condition``.
package struct OutboxRepository: Sendable {
    /// The channel that the table's trigger notifies of commits.
    package static let channel = "noetl_outbox"

    /// What a notification carries where rows may be committed that nobody notifies of.
    package static let crowded = "crowded"

    /// The advisory lock that transactions share which commit rows and are not the first to notify: "noetl-un" in ASCII, as
    /// the trigger has it.
    private static let unannounced: Int64 = 0x6e6f_6574_6c2d_756e

    let connection: PostgresConnection
    /// Whether the session has the settings of claims, which transactions need not make then.
    private let isPrepared: Bool

    /// Creates a repository on a connection.
    package init(_ connection: PostgresConnection) {
        self.connection = connection
        self.isPrepared = false
    }

    /// Creates a repository on a connection that nobody else uses, and makes the settings of claims for its session.
    ///
    /// Made in each transaction, as they are behind a pooler, they cost a claim of one row a sixth of its 0.25 ms.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - timeout: How long the server keeps a transaction open without a word from us.
    /// - Throws: `PostgresError`.
    package init(preparing connection: PostgresConnection, timeout: Duration) async throws {
        self.connection = connection
        self.isPrepared = await !connection.isPooled
        guard self.isPrepared else { return }
        try await connection.query(
            Statement("SELECT \(Self.claimSettings(isLocal: false))"),
            [.text(String(timeout.wholeMilliseconds))]
        )
    }

    /// Makes the settings of claims, where the session does not have them.
    func claimSettings(timeout: Duration) -> [Step] {
        self.isPrepared ? [] : [Step(Self.transactionSettings, [.text(String(timeout.wholeMilliseconds))])]
    }

    /// The conditions that several statements share.
    enum Condition {
        /// Rows somebody still has to publish.
        ///
        /// Parked rows wait for a person: `infinity` keeps them out of the indexes.
        static let owed = "status IN ('PENDING', 'FAILED') AND available_at < 'infinity'"
        /// Of those, the ones whose time has come.
        static let due = "\(owed) AND available_at <= now()"
        /// Rows that wait for a person.
        static let parked = "status = 'FAILED' AND available_at = 'infinity'"
        /// Rows on a lease that has run out.
        static let expired = "status = 'IN_FLIGHT' AND \(Self.leaseIsOver())"

        /// Whether the lease of an IN_FLIGHT row has run out; `$1` is the lease in seconds.
        ///
        /// - Parameter row: What the row is called, with a point behind it.
        /// - Returns: SQL.
        static func leaseIsOver(_ row: String = "") -> String {
            "\(row)locked_at <= now() - make_interval(secs => $1)"
        }

        /// Whether a row is on a lease, in words that the index of an execution's held rows is found by.
        ///
        /// `status = 'IN_FLIGHT'` would be looked up among all rows on a lease, 1,600 of them for each of 100 claimed: 40 ms.
        ///
        /// - Parameter row: What the row is called, with a point behind it.
        /// - Returns: SQL.
        static func inFlight(_ row: String) -> String {
            "\(row)status IN ('FAILED', 'IN_FLIGHT') AND \(row)status <> 'FAILED'"
        }

        /// Whether a row is on a lease that runs.
        ///
        /// - Parameter row: What the row is called, with a point behind it.
        /// - Returns: SQL.
        static func leased(_ row: String = "") -> String {
            "\(row)status = 'IN_FLIGHT' AND (\(Self.leaseIsOver(row))) IS NOT TRUE"
        }
    }

    /// Has the statements behind it in the transaction read by their indexes, uncompiled, and planned once.
    ///
    /// A queue is never what its statistics say, and a limit that is a parameter is planned as a tenth of the table. With
    /// 10 M rows waiting, the planner took a claim of 1,000 rows for one of 180,000 and compiled it first: 25 ms instead of
    /// 11, and 360 instead of 12 beside others' locks. A statement with an array is planned anew each time that the array is
    /// shorter than the ten elements it takes arrays for: 0.10 ms for a mark that takes 0.11.
    static let planning = Step(Statement("SELECT \(Self.planningSettings(isLocal: true))"))

    /// Begins a transaction, perhaps with the question whether rows are being committed that nobody notifies of.
    ///
    /// The second result answers it. What the transaction reads it must read from a snapshot that is younger than the question:
    /// whoever has the lock no longer is in it then. So the question has a transaction of its own where the other one has
    /// one snapshot for all of its statements. Asked at each claim it made 0.77 / 3.4 ms to the subscriber at 1,000 commits a
    /// second (p50, p99) 1.1 / 9, so it is for the last one before a wait, where a notification says that there may be some.
    ///
    /// - Parameters:
    ///   - isAsking: Whether to ask.
    ///   - isRepeatable: Whether the transaction has one snapshot.
    /// - Returns: The steps; what the transaction reads comes behind them.
    static func begin(asking isAsking: Bool, isRepeatable: Bool = false) -> [Step] {
        // Said, since a role or a database may have another default.
        let begin = Step("BEGIN ISOLATION LEVEL READ COMMITTED")
        let question = isAsking ? [begin, Step(Self.hasUnannounced)] : []
        guard isRepeatable else { return isAsking ? question : [begin] }
        return question + (isAsking ? [Step("COMMIT")] : []) + [Step("BEGIN ISOLATION LEVEL REPEATABLE READ")]
    }

    private static let hasUnannounced: Statement = """
        SELECT CASE
                WHEN pg_try_advisory_lock(\(Self.unannounced)) THEN NOT pg_advisory_unlock(\(Self.unannounced))
                ELSE true
            END
        """

    private static let transactionSettings = Statement("SELECT \(Self.claimSettings(isLocal: true))")

    // A publisher that hangs, or a machine that is gone without a word, must not keep its lanes for ever.
    //
    // The marks need not wait for the disk: those that a crash of the server takes back, at most the last 0.6 s of them
    // (three times wal_writer_delay), are of messages that are in the stream, and that are sent again under the same ids.
    //
    // Without sorts, so that a lane's rows come by the index of lanes (see `isIn`), whatever the statistics say.
    private static func claimSettings(isLocal: Bool) -> String {
        """
        \(Self.planningSettings(isLocal: isLocal)),
            set_config('enable_sort', 'off', \(isLocal)),
            set_config('idle_in_transaction_session_timeout', $1, \(isLocal)),
            set_config('synchronous_commit', 'off', \(isLocal))
        """
    }

    /// What ``planning`` sets, as the columns of a SELECT: for the transaction, or for the session.
    static func planningSettings(isLocal: Bool) -> String {
        """
        set_config('jit', 'off', \(isLocal)),
            set_config('enable_seqscan', 'off', \(isLocal)),
            set_config('enable_bitmapscan', 'off', \(isLocal)),
            set_config('plan_cache_mode', 'force_generic_plan', \(isLocal))
        """
    }
}
