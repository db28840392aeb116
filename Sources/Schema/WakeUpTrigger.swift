/// The trigger that wakes publishers when rows are committed.
///
/// Optional, and so no numbered migration: without it publishers poll.
///
/// `NOTIFY` takes a lock of the whole server at commit and keeps it until the disk has the commit, so that those who notify
/// commit one after the other: where the disk takes 2.5 ms there are 390 commits a second by 16 writers, and 5,400 where nobody
/// notifies; where it takes 0.16 ms, 1,800 and 7,100. So of those who commit at once two notify, the ``announcers``; the others
/// leave it to these and hold ``unannounced`` until they have committed: 4,300 and 5,500. With one announcer it was some 700 more
/// on the second disk, and the 99th percentile of the way to the subscriber at 1,000 commits a second 5.9 ms instead of 4.5;
/// with four it was 700 less.
///
/// Who is not the first holds ``unannounced`` before it asks whether it is the second, and a second one's notification,
/// ``crowded``, comes after its locks are free. So whoever left it to the two had ``unannounced`` before it came. Whoever has
/// heard that asks for the lock before it looks for the last time; where somebody has it, it looks again. A writer who comes
/// at the moment in which it is asked for notifies after all.
///
/// What is left to the look of once a second: rows whose second announcer failed while it committed; and rows that are
/// committed while two others take long over it, such as those who insert 100,000 rows at once, for a quarter of a second, or
/// who made their constraints immediate. For their sake the trigger is deferred to the commit: through a long transaction an
/// announcer would keep everybody else from notifying.
enum WakeUpTrigger {
    /// The channel publishers listen to.
    static let channel = "noetl_outbox"

    /// What the second announcer's notification carries: only beside it are there others who do not notify.
    static let crowded = "crowded"

    /// The advisory locks of the transactions that notify, in the order in which they are asked for: "noetl-a1" and
    /// "noetl-a2" in ASCII.
    private static let announcers: [Int64] = [0x6e6f_6574_6c2d_6131, 0x6e6f_6574_6c2d_6132]

    /// The advisory lock that transactions share which commit rows and are not the first to notify: "noetl-un" in ASCII.
    static let unannounced: Int64 = 0x6e6f_6574_6c2d_756e

    /// Whether it is there, in its present form.
    static let isInstalled = """
        SELECT EXISTS (
            SELECT
            FROM pg_trigger
            WHERE tgrelid = to_regclass('noetl.outbox') AND tgname = 'outbox_wake_up' AND tginitdeferred
        )
        """

    /// Whether no form of it is there.
    static let isAbsent = """
        SELECT NOT EXISTS (
            SELECT FROM pg_trigger WHERE tgrelid = to_regclass('noetl.outbox') AND tgname = 'outbox_wake_up'
        )
        """

    // Everybody waits behind one who waits for the table: better to fail, and to be tried again.
    private static let limitLocks = "SET LOCAL lock_timeout = '5s';"

    static let install = """
        \(Self.limitLocks)
        CREATE OR REPLACE FUNCTION noetl.outbox_wake_up() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF pg_try_advisory_xact_lock(\(announcers[0]))
                OR NOT pg_try_advisory_xact_lock_shared(\(unannounced))
            THEN
                PERFORM pg_notify('\(channel)', '');
            ELSIF pg_try_advisory_xact_lock(\(announcers[1])) THEN
                PERFORM pg_notify('\(channel)', '\(crowded)');
            END IF;
            RETURN NULL;
        END
        $$;
        DROP TRIGGER IF EXISTS outbox_wake_up ON noetl.outbox;
        CREATE CONSTRAINT TRIGGER outbox_wake_up
            AFTER INSERT ON noetl.outbox
            DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW
            WHEN (new.status <> 'PUBLISHED')
            EXECUTE FUNCTION noetl.outbox_wake_up();
        """

    static let remove = """
        \(Self.limitLocks)
        DROP TRIGGER IF EXISTS outbox_wake_up ON noetl.outbox;
        DROP FUNCTION IF EXISTS noetl.outbox_wake_up();
        """
}
