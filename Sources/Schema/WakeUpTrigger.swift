/// The trigger that wakes publishers when rows are committed.
///
/// Optional, and so no numbered migration: `NOTIFY` takes a lock of the whole database at commit, which is nothing at
/// thousands of commits a second and a ceiling beyond. Without it publishers poll.
enum WakeUpTrigger {
    /// The channel publishers listen to.
    static let channel = "noetl_outbox"

    static let isInstalled = """
        SELECT EXISTS (
            SELECT FROM pg_trigger WHERE tgrelid = to_regclass('noetl.outbox') AND tgname = 'outbox_wake_up'
        )
        """

    // Every writer waits behind one who waits for the table: better to fail, and to be tried again.
    private static let limitLocks = "SET LOCAL lock_timeout = '5s';"

    static let install = """
        \(Self.limitLocks)
        CREATE OR REPLACE FUNCTION noetl.outbox_wake_up() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('\(channel)', '');
            RETURN NULL;
        END
        $$;
        CREATE TRIGGER outbox_wake_up
            AFTER INSERT ON noetl.outbox
            FOR EACH STATEMENT EXECUTE FUNCTION noetl.outbox_wake_up();
        """

    static let remove = """
        \(Self.limitLocks)
        DROP TRIGGER IF EXISTS outbox_wake_up ON noetl.outbox;
        DROP FUNCTION IF EXISTS noetl.outbox_wake_up();
        """
}
