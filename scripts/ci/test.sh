#!/usr/bin/env bash
# Runs a test command, and puts the failed tests and the last lines into the job's summary: `test.sh COMMAND...`.
set -uo pipefail

log=$(mktemp)
summary=${RUNNER_TEMP:?}/test-summary.md
trap 'rm -f "$log"' EXIT

result=0
"$@" 2>&1 | tee "$log" || result=$?
# Without the colours that a runner's terminal gets.
plain=$(sed 's/\x1b\[[0-9;]*m//g' "$log")
{
  echo '~~~~text'
  grep -E '^ *FAIL ' <<< "$plain" | sort -u | head -50
  tail -n 13 <<< "$plain"
  echo '~~~~'
} > "$summary"
cat "$summary" >> "${GITHUB_STEP_SUMMARY:-/dev/stdout}"
exit "$result"
