#!/usr/bin/env bash
# Runs a test command, and says at its end again what failed: tests run side by side, so failures stand anywhere in
# thousands of lines.
set -euo pipefail

if (($# == 0)); then
    echo "usage: ${0##*/} COMMAND [ARGUMENT...]" >&2
    exit 2
fi

log=$(mktemp "${TMPDIR:-/tmp}/noetl-relay-tests.XXXXXX")
trap 'rm -f "$log"' EXIT

status=0
"$@" 2>&1 | tee "$log" || status=$?
if ((status != 0)); then
    printf '\nWhat failed:\n'
    grep -E -A 5 'recorded an issue|: error:|Fatal error' "$log" || tail -n 20 "$log"
fi
exit "$status"
