#include "limit.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* libnats has a thread that reads and wakes the one that waits for a message: 0.08 ms of a message's way, on two cores that
 * others want, too. With an event loop the subscriber's thread reads its socket itself. */

enum { patience = 60000 /* ms */ };

struct Subscriber {
    natsConnection *connection;
    natsSubscription *subscription;
    natsSock socket;
};

static void require(natsStatus status, const char *what) {
    if (status != NATS_OK) fail(what, natsStatus_GetText(status));
}

static natsStatus attach(void **data, void *subscriber, natsConnection *connection, natsSock socket) {
    (void)connection;
    ((Subscriber *)subscriber)->socket = socket;
    *data = subscriber;
    return NATS_OK;
}

static natsStatus ignore(void *data, bool isAdded) {
    (void)data, (void)isAdded;
    return NATS_OK;
}

static natsStatus detach(void *data) {
    (void)data;
    return NATS_OK;
}

/* Waits for the socket, reads what has come, and writes what is to be answered. */
static void serve(Subscriber *subscriber) {
    short events = natsConnection_Buffered(subscriber->connection) > 0 ? POLLIN | POLLOUT : POLLIN;
    struct pollfd ready = {.fd = subscriber->socket, .events = events};
    int count = poll(&ready, 1, patience);
    if (count < 0 && errno == EINTR) return;
    if (count <= 0) fail("receiving", count == 0 ? "nothing came for a minute" : strerror(errno));
    if (ready.revents & ~POLLOUT) natsConnection_ProcessReadEvent(subscriber->connection);
    if (natsConnection_Buffered(subscriber->connection) > 0) natsConnection_ProcessWriteEvent(subscriber->connection);
    if (natsConnection_IsClosed(subscriber->connection)) fail("NATS", "the connection ended");
}

static natsMsg *next_of(Subscriber *subscriber, natsSubscription *subscription) {
    for (;;) {
        natsMsg *message = NULL;
        natsStatus status = natsSubscription_NextMsg(&message, subscription, 0);
        if (status == NATS_OK) return message;
        if (status != NATS_TIMEOUT) require(status, "receiving");
        serve(subscriber);
    }
}

/* Returns once the server knows all subscriptions: it has read them before the message that comes back. */
static void settle(Subscriber *subscriber) {
    natsInbox *inbox = NULL;
    natsSubscription *echo = NULL;
    require(natsInbox_Create(&inbox), "an inbox");
    require(natsConnection_SubscribeSync(&echo, subscriber->connection, inbox), "subscribing");
    require(natsConnection_PublishString(subscriber->connection, inbox, ""), "publishing");
    natsMsg_Destroy(next_of(subscriber, echo));
    natsSubscription_Destroy(echo);
    natsInbox_Destroy(inbox);
}

Subscriber *open_subscriber(const Options *options, const char *subject) {
    Subscriber *subscriber = calloc(1, sizeof *subscriber);
    if (!subscriber) fail("memory", "there is none left");
    natsOptions *connecting = NULL;
    require(natsOptions_Create(&connecting), "options");
    require(natsOptions_SetURL(connecting, options->broker), "the broker's URL");
    require(natsOptions_SetEventLoop(connecting, subscriber, attach, ignore, ignore, detach), "an event loop");
    require(natsConnection_Connect(&subscriber->connection, connecting), "connecting to NATS");
    natsOptions_Destroy(connecting);
    require(natsConnection_SubscribeSync(&subscriber->subscription, subscriber->connection, subject), "subscribing");
    settle(subscriber);
    return subscriber;
}

natsMsg *next_message(Subscriber *subscriber) { return next_of(subscriber, subscriber->subscription); }

void close_subscriber(Subscriber *subscriber) {
    natsSubscription_Destroy(subscriber->subscription);
    natsConnection_Destroy(subscriber->connection);
    free(subscriber);
}
