#include "limit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static Options options = {
    .prefix = "noetl.events", .stream = "NOETL_EVENTS", .consumer = "limit", .batch = 1000, .threads = 2,
};
static Loop *loop;

static const char usage[] =
    "usage: relay-limit LOOP DATABASE BROKER [OPTION=VALUE...]\n"
    "loops: relay    claims, publishes and marks rows of noetl.outbox\n"
    "       claim    claims and marks them, publishing nothing\n"
    "       publish  publishes count= messages of one kind\n"
    "       project  pulls messages and inserts them into noetl.event\n"
    "       insert   inserts count= events, pulling nothing\n"
    "       latency  commits count= rows, rate= a second, from threads= connections less one, which sees them arrive;\n"
    "                prints 'row COMMITTED ARRIVED' in nanoseconds for each but the first rows, half a second's\n"
    "       connect  connects to both servers\n"
    "options: batch= threads= count= rate= prefix= stream= consumer= follow=1 events=1\n";

static bool take_option(const char *argument) {
    const char *value = strchr(argument, '=');
    if (!value) return false;
    size_t length = (size_t)(value++ - argument);
#define NAMED(name) (length == strlen(name) && strncmp(argument, name, length) == 0)
    if (NAMED("batch")) return (options.batch = atoi(value)) > 0;
    if (NAMED("threads")) return (options.threads = atoi(value)) > 0;
    if (NAMED("count")) return (options.count = atol(value)) >= 0;
    if (NAMED("rate")) return (options.rate = atol(value)) > 0;
    if (NAMED("prefix")) return *(options.prefix = value) != 0;
    if (NAMED("stream")) return *(options.stream = value) != 0;
    if (NAMED("consumer")) return *(options.consumer = value) != 0;
    if (NAMED("follow")) return (options.follow = atoi(value) == 1);
    if (NAMED("events")) return (options.events = atoi(value) == 1);
#undef NAMED
    return false;
}

static Loop *find_loop(const char *name) {
    static const struct { const char *name; Loop *loop; } loops[] = {
        {"relay", relay_loop}, {"claim", claim_loop},   {"publish", publish_loop},
        {"project", project_loop}, {"insert", insert_loop}, {"latency", latency_loop}, {"connect", connect_loop},
    };
    for (size_t i = 0; i < sizeof loops / sizeof *loops; i++)
        if (strcmp(loops[i].name, name) == 0) return loops[i].loop;
    return NULL;
}

static void *run(void *thread) { return (void *)loop(&options, (int)(long)thread); }

int main(int argc, char **argv) {
    bool usable = argc >= 4 && (loop = find_loop(argv[1]));
    for (int i = 4; usable && i < argc; i++) usable = take_option(argv[i]);
    if (!usable) {
        fputs(usage, stderr);
        return 2;
    }
    options.database = argv[2];
    options.broker = argv[3];
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    pthread_t *threads = calloc((size_t)options.threads, sizeof *threads);
    for (long i = 0; i < options.threads; i++)
        if (pthread_create(&threads[i], NULL, run, (void *)i) != 0) fail("thread", "cannot be started");
    long rows = 0;
    for (int i = 0; i < options.threads; i++) {
        void *moved;
        pthread_join(threads[i], &moved);
        rows += (long)moved;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    free(threads);
    printf("%ld %.6f\n", rows, (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
    return 0;
}
