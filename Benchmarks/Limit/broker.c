#include "limit.h"

#include <string.h>

natsConnection *open_broker(const Options *options) {
    natsConnection *connection = NULL;
    natsStatus status = natsConnection_ConnectTo(&connection, options->broker);
    if (status != NATS_OK) fail("connecting to NATS", natsStatus_GetText(status));
    return connection;
}

static void acknowledged(jsCtx *stream, natsMsg *message, jsPubAck *ack, jsPubAckErr *error, void *closure) {
    (void)stream, (void)ack, (void)closure;
    if (error) fail("publishing", error->ErrText ? error->ErrText : natsStatus_GetText(error->Err));
    natsMsg_Destroy(message);
}

jsCtx *open_publisher(natsConnection *connection) {
    jsOptions options;
    jsOptions_Init(&options);
    options.PublishAsync.MaxPending = 16384;
    options.PublishAsync.AckHandler = acknowledged;
    jsCtx *stream = NULL;
    natsStatus status = natsConnection_JetStream(&stream, connection, &options);
    if (status != NATS_OK) fail("JetStream", natsStatus_GetText(status));
    return stream;
}

void publish(jsCtx *stream, const char *subject, const char *id, const char *body, int length) {
    natsMsg *message = NULL;
    natsStatus status = natsMsg_Create(&message, subject, NULL, body, length);
    if (status == NATS_OK) status = natsMsgHeader_Set(message, "Nats-Msg-Id", id);
    if (status == NATS_OK) status = js_PublishMsgAsync(stream, &message, NULL);
    if (status != NATS_OK) fail("publishing", natsStatus_GetText(status));
}

void await_acknowledgements(jsCtx *stream) {
    jsPubOptions options;
    jsPubOptions_Init(&options);
    options.MaxWait = 30000;
    natsStatus status = js_PublishAsyncComplete(stream, &options);
    if (status != NATS_OK) fail("acknowledgements", natsStatus_GetText(status));
}

long connect_loop(const Options *options, int thread) {
    (void)thread;
    PQfinish(open_database(options));
    natsConnection_Destroy(open_broker(options));
    return 0;
}
