#include "limit.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

void prepare_claim(PGconn *database) {
    /* Within the predicate of the index outbox_claim_idx, so that the claim is as cheap as the schema allows. */
    prepare(database, "claim",
            "SELECT outbox_id, execution_id, event_id, payload::text FROM noetl.outbox"
            " WHERE status IN ('PENDING', 'FAILED') AND available_at < 'infinity' AND available_at <= now()"
            " ORDER BY outbox_id LIMIT $1 FOR UPDATE SKIP LOCKED");
    prepare(database, "mark",
            "UPDATE noetl.outbox SET status = 'PUBLISHED', attempts = attempts + 1, published_at = now(),"
            " updated_at = now(), last_error = NULL WHERE outbox_id = ANY ($1::bigint[])");
}

PGresult *claim_batch(PGconn *database, const Options *options) {
    char limit[16];
    snprintf(limit, sizeof limit, "%d", options->batch);
    run_script(database, "BEGIN");
    return run_prepared(database, "claim", 1, (const char *[]){limit});
}

void mark_batch(PGconn *database, PGresult *batch) {
    size_t used = 0, capacity = 0;
    char *ids = append(NULL, &used, &capacity, "{", 1);
    for (int row = 0; row < PQntuples(batch); row++) {
        if (row) ids = append(ids, &used, &capacity, ",", 1);
        ids = append(ids, &used, &capacity, PQgetvalue(batch, row, 0), (size_t)PQgetlength(batch, row, 0));
    }
    ids = append(ids, &used, &capacity, "}", 1);
    PQclear(batch);
    PQclear(run_prepared(database, "mark", 1, (const char *[]){ids}));
    run_script(database, "COMMIT");
    free(ids);
}

static void publish_batch(jsCtx *stream, const PGresult *batch, const Options *options) {
    for (int row = 0; row < PQntuples(batch); row++) {
        char subject[160], id[48];
        const char *execution = PQgetisnull(batch, row, 1) ? "none" : PQgetvalue(batch, row, 1);
        snprintf(subject, sizeof subject, "%s.default.default.%s.0", options->prefix, execution);
        snprintf(id, sizeof id, "%s-%s", execution, PQgetvalue(batch, row, 2));
        publish(stream, subject, id, PQgetvalue(batch, row, 3), PQgetlength(batch, row, 3));
    }
    await_acknowledgements(stream);
}

/* Returns when a notification has come, or after a second. */
static void await_notification(PGconn *database) {
    struct pollfd socket = {.fd = PQsocket(database), .events = POLLIN};
    PGnotify *notification = PQnotifies(database);
    if (!notification && poll(&socket, 1, 1000) > 0) {
        if (!PQconsumeInput(database)) fail("listening", PQerrorMessage(database));
        notification = PQnotifies(database);
    }
    for (; notification; notification = PQnotifies(database)) PQfreemem(notification);
}

/* Claims until nothing is left; `stream` is absent where nothing is to be published. */
static long drain(PGconn *database, jsCtx *stream, const Options *options) {
    long moved = 0;
    for (;;) {
        PGresult *batch = claim_batch(database, options);
        int rows = PQntuples(batch);
        if (rows == 0) {
            PQclear(batch);
            run_script(database, "ROLLBACK");
            return moved;
        }
        if (stream) publish_batch(stream, batch, options);
        mark_batch(database, batch);
        moved += rows;
    }
}

long relay_loop(const Options *options, int thread) {
    (void)thread;
    PGconn *database = open_database(options);
    prepare_claim(database);
    natsConnection *connection = open_broker(options);
    jsCtx *stream = open_publisher(connection);
    if (options->follow) run_script(database, "LISTEN noetl_outbox");
    long moved = drain(database, stream, options);
    while (options->follow) {
        await_notification(database);
        moved += drain(database, stream, options);
    }
    jsCtx_Destroy(stream);
    natsConnection_Destroy(connection);
    PQfinish(database);
    return moved;
}

long claim_loop(const Options *options, int thread) {
    (void)thread;
    PGconn *database = open_database(options);
    prepare_claim(database);
    long moved = drain(database, NULL, options);
    PQfinish(database);
    return moved;
}
