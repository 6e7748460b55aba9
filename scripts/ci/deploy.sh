#!/usr/bin/env bash
# Deploys a stack so that nothing kills it half way: `deploy.sh run STACK`, and after a cancellation `deploy.sh interrupt`.
# `deploy.sh report STACK` makes a page of what was done, and removes the log that it is made from, which holds secrets.
# SIGINT makes Pulumi bring what it has begun to its end and give its lock back; SIGKILL does neither.
set -euo pipefail

state=${RUNNER_TEMP:-/tmp}
# A step that hangs is interrupted before the job's own limit would kill it.
limit=${DEPLOY_LIMIT:-60m}
grace=${DEPLOY_GRACE:-10m}
patience=${INTERRUPT_PATIENCE:-240}

case "${1:-}" in
  run)
    # In a session of its own, where the signals for this step do not reach it.
    umask 077
    # The flag for the log of events is one of those that the variable shows.
    PULUMI_DEBUG_COMMANDS=true setsid timeout --signal=INT --kill-after="$grace" "$limit" \
      pulumi up --stack "${2:?name a stack}" --yes --non-interactive --diff --suppress-outputs --policy-pack policy \
      --event-log "$state/pulumi-events.jsonl" \
      > "$state/pulumi-up.log" 2>&1 &
    pid=$!
    echo "$pid" > "$state/pulumi-up.pid"
    shown=
    # What shows the log must not outlive the step, which would be taken for not ended.
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
      echo "The deployment still works. Look at the stack before the next one: pulumi cancel, then pulumi refresh." >&2
      exit 1
    fi
    ;;
  report)
    [ -s "$state/pulumi-events.jsonl" ] || exit 0
    trap 'rm -f "$state/pulumi-events.jsonl" "$state/pulumi-state.json"' EXIT
    umask 077
    with_state=()
    # Without the state the page has no arrows, and that is better than no page.
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
