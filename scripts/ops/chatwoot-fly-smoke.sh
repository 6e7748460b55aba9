#!/bin/sh
# Uses Chatwoot through its public address:
#
#   CHATWOOT_API_KEY=... scripts/ops/chatwoot-fly-smoke.sh HOST [--interval SECONDS] [--mail ADDRESS] [--json]
#   scripts/ops/chatwoot-fly-smoke.sh HOST --interval 180 --token TOKEN
#
# A token in a command line can be read by everybody on the machine and stays in the shell's history: prefer the
# variable, or `npm run ops -- smoke --stack STACK`, which needs neither. It goes on in the environment only.
set -eu
cd "$(dirname "$0")/../.."

count=$#
while [ "$count" -gt 0 ]; do
  argument=$1
  shift
  count=$((count - 1))
  case $argument in
    --token)
      if [ "$count" -eq 0 ]; then
        echo "--token: has no value. Set CHATWOOT_API_KEY instead, and leave it out." >&2
        exit 1
      fi
      CHATWOOT_API_KEY=$1
      export CHATWOOT_API_KEY
      shift
      count=$((count - 1))
      echo "--token: can be read in the list of processes. Set CHATWOOT_API_KEY instead." >&2
      ;;
    --token=*)
      CHATWOOT_API_KEY=${argument#--token=}
      export CHATWOOT_API_KEY
      echo "--token: can be read in the list of processes. Set CHATWOOT_API_KEY instead." >&2
      ;;
    # The rest goes to the end of the list, so that it keeps its order and its spaces.
    *) set -- "$@" "$argument" ;;
  esac
done

exec node --require ./scripts/preload.cjs ops/main.ts smoke "$@"
