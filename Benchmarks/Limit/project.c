#include "limit.h"

#include <stdatomic.h>
#include <stdlib.h>

static atomic_long projected;

void prepare_insert(PGconn *database) {
    prepare(database, "insert",
            "INSERT INTO noetl.event (event_id, execution_id, catalog_id, parent_event_id, event_type, node_id,"
            " node_name, node_type, status, duration, context, result, meta, error, stack_trace, tenant_id,"
            " organization_id, created_at)"
            " SELECT e.event_id, coalesce(e.execution_id, 0), coalesce(e.catalog_id, 0), e.parent_event_id,"
            " e.event_type, e.node_id, e.node_name, e.node_type, e.status, e.duration, e.context, e.result, e.meta,"
            " e.error, e.stack_trace, coalesce(nullif(e.tenant_id, ''), 'default'),"
            " coalesce(nullif(e.organization_id, ''), 'default'),"
            " coalesce(e.\"timestamp\", e.created_at, now()) AT TIME ZONE 'UTC'"
            " FROM jsonb_to_recordset($1::jsonb) AS e (event_id bigint, execution_id bigint, catalog_id bigint,"
            " parent_event_id bigint, event_type text, node_id text, node_name text, node_type text, status text,"
            " duration float8, context jsonb, result jsonb, meta jsonb, error text, stack_trace text, tenant_id text,"
            " organization_id text, \"timestamp\" timestamptz, created_at timestamptz)"
            " ON CONFLICT DO NOTHING");
}

void insert_events(PGconn *database, const char *envelopes) {
    PQclear(run_prepared(database, "insert", 1, (const char *[]){envelopes}));
}

static natsSubscription *subscribe(jsCtx *stream, const Options *options) {
    jsSubOptions subscription;
    jsSubOptions_Init(&subscription);
    subscription.Stream = options->stream;
    subscription.Config.MaxAckPending = 65536;
    subscription.Config.AckWait = 60LL * 1000000000LL;
    natsSubscription *messages = NULL;
    jsErrCode code = 0;
    natsStatus status = js_PullSubscribe(&messages, stream, ">", options->consumer, NULL, &subscription, &code);
    if (status != NATS_OK) fail("subscribing", natsStatus_GetText(status));
    return messages;
}

/* The bodies of messages as a JSON array. The text is the caller's. */
static char *join(const natsMsgList *messages) {
    size_t used = 0, capacity = 0;
    char *text = append(NULL, &used, &capacity, "[", 1);
    for (int i = 0; i < messages->Count; i++) {
        if (i) text = append(text, &used, &capacity, ",", 1);
        const natsMsg *message = messages->Msgs[i];
        text = append(text, &used, &capacity, natsMsg_GetData(message), (size_t)natsMsg_GetDataLength(message));
    }
    return append(text, &used, &capacity, "]", 1);
}

long project_loop(const Options *options, int thread) {
    (void)thread;
    PGconn *database = open_database(options);
    prepare_insert(database);
    natsConnection *connection = open_broker(options);
    jsCtx *stream = NULL;
    natsStatus status = natsConnection_JetStream(&stream, connection, NULL);
    if (status != NATS_OK) fail("JetStream", natsStatus_GetText(status));
    natsSubscription *subscription = subscribe(stream, options);
    long moved = 0;
    while (options->count == 0 || atomic_load(&projected) < options->count) {
        natsMsgList messages = {0};
        jsErrCode code = 0;
        status = natsSubscription_Fetch(&messages, subscription, options->batch, 200, &code);
        if (status == NATS_TIMEOUT && messages.Count == 0) continue;
        if (status != NATS_OK && status != NATS_TIMEOUT) fail("fetching", natsStatus_GetText(status));
        char *envelopes = join(&messages);
        insert_events(database, envelopes);
        free(envelopes);
        for (int i = 0; i < messages.Count; i++) natsMsg_Ack(messages.Msgs[i], NULL);
        moved += messages.Count;
        atomic_fetch_add(&projected, messages.Count);
        natsMsgList_Destroy(&messages);
    }
    natsConnection_FlushTimeout(connection, 5000);
    natsSubscription_Destroy(subscription);
    jsCtx_Destroy(stream);
    natsConnection_Destroy(connection);
    PQfinish(database);
    return moved;
}

/* The envelopes of `batch` events that nobody else inserts, as a JSON array. The text is the caller's. */
static char *make_envelopes(const Options *options, long first) {
    size_t used = 0, capacity = 0;
    char *text = append(NULL, &used, &capacity, "[", 1);
    for (int i = 0; i < options->batch; i++) {
        char envelope[1024];
        int length = write_envelope(envelope, sizeof envelope, first + i, execution_of(first + i));
        if (i) text = append(text, &used, &capacity, ",", 1);
        text = append(text, &used, &capacity, envelope, (size_t)length);
    }
    return append(text, &used, &capacity, "]", 1);
}

long insert_loop(const Options *options, int thread) {
    PGconn *database = open_database(options);
    prepare_insert(database);
    long share = options->count / options->threads, moved = 0;
    for (; moved < share; moved += options->batch) {
        char *envelopes = make_envelopes(options, 1 + thread * share + moved);
        insert_events(database, envelopes);
        free(envelopes);
    }
    PQfinish(database);
    return moved;
}
