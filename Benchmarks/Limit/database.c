#include "limit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const char *what, const char *why) {
    fprintf(stderr, "relay-limit: %s: %s\n", what, why);
    exit(1);
}

PGconn *open_database(const Options *options) {
    PGconn *database = PQconnectdb(options->database);
    if (PQstatus(database) != CONNECTION_OK) fail("connecting", PQerrorMessage(database));
    run_script(database, "SET timezone = 'UTC'");
    return database;
}

static PGresult *expect(PGconn *database, const char *what, PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail(what, PQerrorMessage(database));
    return result;
}

void run_script(PGconn *database, const char *script) {
    PQclear(expect(database, script, PQexec(database, script)));
}

void prepare(PGconn *database, const char *name, const char *statement) {
    PQclear(expect(database, name, PQprepare(database, name, statement, 0, NULL)));
}

PGresult *run_prepared(PGconn *database, const char *name, int count, const char *const *values) {
    return expect(database, name, PQexecPrepared(database, name, count, values, NULL, NULL, 0));
}

char *append(char *text, size_t *used, size_t *capacity, const char *more, size_t length) {
    if (*used + length + 1 > *capacity) {
        *capacity = (*used + length + 1) * 2;
        text = realloc(text, *capacity);
        if (!text) fail("memory", "there is none left");
    }
    memcpy(text + *used, more, length);
    *used += length;
    text[*used] = 0;
    return text;
}
