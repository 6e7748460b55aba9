#!/usr/bin/env bash
# Runs a command whose output describes an installation: `confidential.sh [--report FILE] NAME COMMAND...`.
# In a private repository the output is the step's, or with --report is added to FILE. Anyone can read the logs, summaries,
# issues and artifacts of another repository: there the output goes to artifacts/ci/NAME.*, which evidence.sh encrypts, and FILE
# gets a pointer to it if the command printed anything.
set -uo pipefail

report=
if [ "${1:-}" = --report ]; then
  report=${2:?name the file}
  shift 2
fi
name=${1:?name the output}
shift
[ -z "$report" ] || touch "$report"

if [ "${REPOSITORY_PRIVATE:-}" = true ]; then
  if [ -z "$report" ]; then exec "$@"; fi
  "$@" >> "$report"
  exit
fi

umask 077
folder=${CHATWOOT_ARTIFACTS_DIR:-artifacts}/ci
mkdir -p "$folder"
result=0
"$@" > "$folder/$name.md" 2> "$folder/$name.log" || result=$?
where="not shown, because the repository is not private: docs/review.md#in-a-public-repository"
echo "$name ended with exit code $result. Its output is $where"
if [ -n "$report" ] && [ -s "$folder/$name.md" ]; then
  echo "The details of \`$name\` are $where. [The run](${GITHUB_SERVER_URL:-}/${GITHUB_REPOSITORY:-}/actions/runs/${GITHUB_RUN_ID:-})" >> "$report"
fi
exit "$result"
