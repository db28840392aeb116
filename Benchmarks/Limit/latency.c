#include "limit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The load and the look at it are one lean process: what measures shares the processors with what is measured. */

enum { patience = 60000 /* ms */, looked_up = 500 };

static const long long second = 1000000000LL;

typedef struct {
    _Atomic long long committed, arrived; /* 0: not yet */
} Row;

typedef struct {
    long first, end; /* events, from 1 */
} Phase;

static Row *rows;                /* by event */
static long long start;          /* of the phase */
static pthread_barrier_t turn;   /* of all threads */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static const Options *given;

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * second + time.tv_nsec;
}

static void sleep_until(long long time) {
    struct timespec due = {.tv_sec = time / second, .tv_nsec = time % second};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) != 0) continue;
}

static void prepare_rows(void) {
    rows = calloc((size_t)given->count + 1, sizeof *rows);
    if (!rows || pthread_barrier_init(&turn, NULL, (unsigned)given->threads) != 0) fail("memory", "there is none left");
}

static void commit(PGconn *database, long event) {
    char execution_text[24], event_text[24], body[1024];
    long execution = execution_of(event);
    snprintf(execution_text, sizeof execution_text, "%ld", execution);
    snprintf(event_text, sizeof event_text, "%ld", event);
    write_envelope(body, sizeof body, event, execution);
    PQclear(run_prepared(database, "commit", 3, (const char *[]){execution_text, event_text, body}));
    atomic_store(&rows[event].committed, now());
}

static void commit_all(PGconn *database, Phase phase, int writer) {
    for (long event = phase.first + writer; event < phase.end; event += given->threads - 1) {
        sleep_until(start + (event - phase.first) * second / given->rate);
        commit(database, event);
    }
}

/* Returns whether the row was awaited: of this load, and not seen before. */
static bool see(long event, long long time) {
    long long unseen = 0;
    return event > 0 && event <= given->count && atomic_compare_exchange_strong(&rows[event].arrived, &unseen, time);
}

/* Both relays write "<execution>-<event>". */
static long event_of(natsMsg *message) {
    const char *id = NULL;
    if (natsMsgHeader_Get(message, "Nats-Msg-Id", &id) != NATS_OK) return 0;
    const char *hyphen = strrchr(id, '-');
    return hyphen ? atol(hyphen + 1) : 0;
}

/* Returns when all rows of a phase have been seen; what comes twice, or from elsewhere, is passed over. */
static void receive_all(Subscriber *subscriber, Phase phase) {
    /* Kept, since destroying one wakes a thread of libnats each time. */
    natsMsg **messages = calloc((size_t)(phase.end - phase.first), sizeof *messages);
    if (!messages) fail("memory", "there is none left");
    long seen = 0;
    while (seen < phase.end - phase.first) {
        natsMsg *message = next_message(subscriber);
        if (see(event_of(message), now())) messages[seen++] = message;
        else natsMsg_Destroy(message);
    }
    for (long i = 0; i < seen; i++) natsMsg_Destroy(messages[i]);
    free(messages);
}

/* Writes the events of a phase that are committed and awaited as two arrays, and moves past those that have arrived. To look
 * for all that are still to come took half a processor. */
static int list_awaited(Phase *phase, char *executions, char *events) {
    while (phase->first < phase->end && atomic_load(&rows[phase->first].arrived)) phase->first++;
    int count = 0;
    for (long event = phase->first; event < phase->end && event < phase->first + looked_up; event++) {
        if (!atomic_load(&rows[event].committed) || atomic_load(&rows[event].arrived)) continue;
        executions += sprintf(executions, "%c%ld", count ? ',' : '{', execution_of(event));
        events += sprintf(events, "%c%ld", count ? ',' : '{', event);
        count++;
    }
    strcpy(executions, "}");
    strcpy(events, "}");
    return count;
}

/* Returns how many of the listed events have arrived. */
static int look_up(PGconn *database, const char *executions, const char *events, long long *time) {
    PGresult *found = run_prepared(database, "find", 2, (const char *[]){executions, events});
    *time = now();
    int count = PQntuples(found);
    for (int row = 0; row < count; row++) see(atol(PQgetvalue(found, row, 0)), *time);
    PQclear(found);
    return count;
}

/* An event is seen a millisecond too late at most, and the time of a query. */
static void look_up_all(PGconn *database, Phase phase) {
    static char executions[looked_up * 24 + 2], events[looked_up * 24 + 2];
    long long last = now();
    for (;;) {
        int awaited = list_awaited(&phase, executions, events);
        if (phase.first == phase.end) return;
        long long time = now();
        int found = awaited > 0 ? look_up(database, executions, events, &time) : 0;
        if (found > 0) last = time;
        else if (time - last > patience * (second / 1000)) fail("a row did not arrive", "in noetl.event");
        else sleep_until(time + second / 1000);
    }
}

static void print_measured(Phase phase) {
    for (long event = phase.first; event < phase.end; event++)
        printf("row %lld %lld\n", rows[event].committed - start, rows[event].arrived - start);
}

/* What starts up, and the first statements of each connection, are not what is measured. */
static Phase phase_of(int number) {
    long warm_up = given->rate / 2 + 1;
    if (warm_up >= given->count) fail("latency", "count= must be more than half of rate=");
    return number == 0 ? (Phase){1, warm_up + 1} : (Phase){warm_up + 1, given->count + 1};
}

static Subscriber *subscribe(void) {
    char subject[256];
    snprintf(subject, sizeof subject, "%s.>", given->prefix);
    return open_subscriber(given, subject);
}

/* Each phase begins when all are ready and know the time that it begins at. */
static void await_phase(int thread) {
    pthread_barrier_wait(&turn);
    if (thread == 0) start = now();
    pthread_barrier_wait(&turn);
}

static void observe(PGconn *database) {
    Subscriber *subscriber = given->events ? NULL : subscribe();
    for (int number = 0; number < 2; number++) {
        await_phase(0);
        if (given->events) look_up_all(database, phase_of(number));
        else receive_all(subscriber, phase_of(number));
    }
    /* The last rows arrive before their writers have said when they were committed. */
    pthread_barrier_wait(&turn);
    print_measured(phase_of(1));
    if (subscriber) close_subscriber(subscriber);
}

static void write_rows(PGconn *database, int thread) {
    for (int number = 0; number < 2; number++) {
        await_phase(thread);
        commit_all(database, phase_of(number), thread - 1);
    }
    pthread_barrier_wait(&turn);
}

long latency_loop(const Options *options, int thread) {
    given = options;
    pthread_once(&once, prepare_rows);
    if (options->threads < 2 || options->rate < 1) fail("latency", "threads= must be at least 2, and rate= 1");
    PGconn *database = open_database(options);
    /* Nobody has analyzed the table yet, and the planner would take scanning an empty one for cheap. */
    run_script(database, "SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off; SET jit = off");
    prepare(database, "commit",
            "INSERT INTO noetl.outbox (execution_id, event_id, payload, payload_codec) VALUES ($1, $2, $3, 'json')");
    prepare(database, "find",
            "SELECT e.event_id FROM unnest($1::bigint[], $2::bigint[]) AS given (execution, event)"
            " JOIN noetl.event AS e ON e.execution_id = given.execution AND e.event_id = given.event");
    if (thread == 0) observe(database);
    else write_rows(database, thread);
    PQfinish(database);
    return thread == 0 ? options->count : 0;
}
