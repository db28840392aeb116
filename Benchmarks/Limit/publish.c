#include "limit.h"

#include <stdio.h>

long publish_loop(const Options *options, int thread) {
    natsConnection *connection = open_broker(options);
    jsCtx *stream = open_publisher(connection);
    long published = 0;
    for (long event = 1 + thread; event <= options->count; event += options->threads) {
        char body[1024], subject[160], id[48];
        long execution = execution_of(event);
        int length = write_envelope(body, sizeof body, event, execution);
        snprintf(subject, sizeof subject, "%s.default.default.%ld.0", options->prefix, execution);
        snprintf(id, sizeof id, "%ld-%ld", execution, event);
        publish(stream, subject, id, body, length);
        published++;
        /* In batches, as a relay has to. */
        if (published % options->batch == 0) await_acknowledgements(stream);
    }
    await_acknowledgements(stream);
    jsCtx_Destroy(stream);
    natsConnection_Destroy(connection);
    return published;
}
