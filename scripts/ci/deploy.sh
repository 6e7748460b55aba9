#!/usr/bin/env bash
# Deploys a stack without being killed midway: `deploy.sh run STACK`, and after a cancellation `deploy.sh interrupt`.
# `deploy.sh report STACK` writes a report and deletes the event log, which contains secrets.
# On SIGINT, Pulumi finishes running steps and releases its lock; on SIGKILL it does neither.
set -euo pipefail

# Of this repository, or of the installed package.
root=$(dirname "$0")/../..
policies=$(realpath --relative-to=. "$root/policy")
# Of a project that installs the package: docs/policy.md.
exceptions=()
if [ -f policy-exceptions.json ]; then exceptions=(--policy-pack-config policy-exceptions.json); fi
state=${RUNNER_TEMP:-/tmp}
# A hanging deployment is interrupted before the job's limit kills it.
limit=${DEPLOY_LIMIT:-60m}
grace=${DEPLOY_GRACE:-10m}
patience=${INTERRUPT_PATIENCE:-240}

case "${1:-}" in
  run)
    # In a separate session, which the signals for this step do not reach.
    umask 077
    # Only this repository renders a report of the events. The variable enables the flag --event-log.
    events=()
    if [ -d "$root/packages/report" ]; then events=(--event-log "$state/pulumi-events.jsonl"); fi
    # Without npm, which would not pass the signal on.
    PULUMI_DEBUG_COMMANDS=true setsid node "$root"/scripts/package/ops.[jt]s up --stack "${2:?name a stack}" \
      --yes --limit "$limit" --grace "$grace" -- --diff --suppress-outputs --policy-pack "$policies" \
      "${exceptions[@]}" "${events[@]}" \
      > "$state/pulumi-up.log" 2>&1 &
    pid=$!
    echo "$pid" > "$state/pulumi-up.pid"
    shown=
    # A running tail would keep the step from ending.
    trap 'kill $shown 2> /dev/null || true; exit 130' INT TERM
    tail --pid="$pid" --lines=+1 --follow "$state/pulumi-up.log" &
    shown=$!
    result=0
    wait "$pid" || result=$?
    wait "$shown" || true
    rm -f "$state/pulumi-up.pid"
    exit "$result"
    ;;
  interrupt)
    [ -s "$state/pulumi-up.pid" ] || exit 0
    pid=$(cat "$state/pulumi-up.pid")
    kill -INT "$pid" 2> /dev/null || exit 0
    if ! timeout "$patience" tail --pid="$pid" --follow /dev/null; then
      echo "deploy: the deployment is still running. Before the next one, run pulumi cancel, then pulumi refresh." >&2
      exit 1
    fi
    ;;
  report)
    [ -s "$state/pulumi-events.jsonl" ] || exit 0
    trap 'rm -f "$state/pulumi-events.jsonl" "$state/pulumi-state.json"' EXIT
    umask 077
    with_state=()
    # Without the state, the report has no dependencies.
    if timeout 120 pulumi stack export --stack "${2:?name a stack}" --file "$state/pulumi-state.json"; then
      with_state=(--state "$state/pulumi-state.json")
    fi
    npm run --silent report -- "$state/pulumi-events.jsonl" "${with_state[@]}" \
      --out "${CHATWOOT_ARTIFACTS_DIR:-artifacts}/report-$2.html"
    ;;
  *)
    echo "usage: deploy.sh run STACK | deploy.sh interrupt | deploy.sh report STACK" >&2
    exit 2
    ;;
esac
