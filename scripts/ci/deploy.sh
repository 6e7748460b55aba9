#!/usr/bin/env bash
# Deploys a stack so that nothing kills it half way: `deploy.sh run STACK`, and after a cancellation `deploy.sh interrupt`.
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
    setsid timeout --signal=INT --kill-after="$grace" "$limit" \
      pulumi up --stack "${2:?name a stack}" --yes --non-interactive --diff --suppress-outputs \
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
  *)
    echo "usage: deploy.sh run STACK | deploy.sh interrupt" >&2
    exit 2
    ;;
esac
