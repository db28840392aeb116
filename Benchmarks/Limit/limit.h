/* The bare loops that the services are held against: what this machine, these servers and this table allow. And the load
 * that latency is measured under.
 *
 * No retries, no metrics, no order, no dead letters; an error ends the process. Each loop runs in threads of its own
 * pair of connections. What they have done is printed as "rows seconds". */
#ifndef NOETL_RELAY_LIMIT_H
#define NOETL_RELAY_LIMIT_H

#include <libpq-fe.h>
#include <nats/nats.h>
#include <stdbool.h>

/* What the command line says. */
typedef struct {
    const char *database;      /* connection string */
    const char *broker;        /* URL */
    const char *prefix;        /* subjects are <prefix>.default.default.<execution>.0 */
    const char *stream;
    const char *consumer;      /* durable, made if missing */
    int batch;                 /* rows or messages at a time */
    int threads;
    long count;                /* when to stop; 0: where nothing is left (relay, claim) or never (project) */
    long rate;                 /* commits a second */
    bool follow;               /* at the end wait for a notification instead of stopping */
    bool events;               /* look for the rows in noetl.event instead of subscribing */
} Options;

/* One thread of a loop. Returns how many rows it has moved. */
typedef long Loop(const Options *options, int thread);

Loop relay_loop, claim_loop, publish_loop, project_loop, insert_loop, latency_loop, connect_loop;

/* Prints what went wrong and ends the process with status 1. */
_Noreturn void fail(const char *what, const char *why);

/* Returns a connection. */
PGconn *open_database(const Options *options);

/* Returns a connection. */
natsConnection *open_broker(const Options *options);

/* Runs a script; fails unless it succeeds. */
void run_script(PGconn *database, const char *script);

/* Prepares a statement; fails unless it succeeds. */
void prepare(PGconn *database, const char *name, const char *statement);

/* Runs a prepared statement with `count` text parameters. The result is the caller's; fails unless it succeeds. */
PGresult *run_prepared(PGconn *database, const char *name, int count, const char *const *values);

/* A claimed batch in the open transaction of `database`. Fails where it cannot be claimed. */
PGresult *claim_batch(PGconn *database, const Options *options);

/* Prepares what claim_batch and mark_batch run. */
void prepare_claim(PGconn *database);

/* Marks the rows PUBLISHED, commits, and destroys the batch. */
void mark_batch(PGconn *database, PGresult *batch);

/* A subscription whose thread reads the socket itself. */
typedef struct Subscriber Subscriber;

/* Subscribes; returns once the server knows. */
Subscriber *open_subscriber(const Options *options, const char *subject);

/* Returns the next message, which is the caller's; fails where none comes for a minute. */
natsMsg *next_message(Subscriber *subscriber);

/* Ends a subscription. */
void close_subscriber(Subscriber *subscriber);

/* JetStream with asynchronous publishing; acknowledgements that fail end the process. */
jsCtx *open_publisher(natsConnection *connection);

/* Publishes without waiting. */
void publish(jsCtx *stream, const char *subject, const char *id, const char *body, int length);

/* Returns once every message is acknowledged. */
void await_acknowledgements(jsCtx *stream);

/* Prepares what insert_events runs. */
void prepare_insert(PGconn *database);

/* Inserts a JSON array of envelopes. */
void insert_events(PGconn *database, const char *envelopes);

/* The execution of an event: one of 2,000 that take turns, with ids of today, as the rows of the benchmarks have. */
long execution_of(long event);

/* Writes an envelope like those of the benchmarks' rows, some 600 bytes; returns its length. */
int write_envelope(char *text, size_t size, long event, long execution);

/* Appends `length` bytes to a growing text of `*used` bytes in `*capacity`. */
char *append(char *text, size_t *used, size_t *capacity, const char *more, size_t length);

#endif
