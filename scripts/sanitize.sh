#!/usr/bin/env bash
#
# Runs the suites under ThreadSanitizer, then under AddressSanitizer. Suites that run the executables as processes are left
# out: the sanitizers of the test process do not see these.

set -euo pipefail
cd "$(dirname "$0")/.."

readonly SUITES='^(WaitingTests|SettingsTests|RawJSONTests|PostgresTests|JetStreamTests|SchemaTests|OutboxTests|EventLogTests|ServiceRuntimeTests|OutboxPublisherTests|ProjectorTests)\.'

run() {
    local sanitizer=$1 folder=$2
    "${SWIFT:-swift}" build --build-tests --sanitize="$sanitizer" --scratch-path "$folder"
    "${SWIFT:-swift}" test --skip-build --sanitize="$sanitizer" --scratch-path "$folder" --filter "$SUITES"
}

# Swift's Mutex is a futex that ThreadSanitizer does not know on Linux, see Tests/Sanitizers/thread.supp.
export TSAN_OPTIONS="suppressions=$PWD/Tests/Sanitizers/thread.supp:halt_on_error=0:exitcode=66"
run thread .build-tsan
run address .build-asan
