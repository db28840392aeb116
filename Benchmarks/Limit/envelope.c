#include "limit.h"

#include <stdio.h>
#include <time.h>

long execution_of(long event) {
    /* Milliseconds since 2024-01-01 UTC from bit 23 up, see the workflow engine's snowflake ids. */
    long midnight = time(NULL) / 86400 * 86400;
    return (midnight * 1000 - 1704067200000 + event % 2000) << 23;
}

int write_envelope(char *text, size_t size, long event, long execution) {
    return snprintf(
        text, size,
        "{\"meta\": {\"pool\": \"default\", \"source\": \"bench\", \"worker\": \"worker-cpu-01\"}, \"status\": "
        "\"COMPLETED\", \"context\": {\"path\": \"examples/weather/city_alerts\", \"step\": \"fetch_forecast\", "
        "\"tool\": {\"url\": \"https://api.example.org/v1/forecast?city=Zurich&days=3\", \"kind\": \"http\"}}, "
        "\"node_id\": \"fetch_forecast\", \"duration\": 0.0421, \"event_id\": %ld, \"node_name\": "
        "\"fetch_forecast\", \"node_type\": \"http\", \"tenant_id\": \"default\", \"catalog_id\": 1, "
        "\"event_type\": \"step.exit\", \"execution_id\": %ld, \"organization_id\": \"default\", \"timestamp\": "
        "\"2026-02-03T04:05:06.789012Z\"}",
        event, execution);
}
