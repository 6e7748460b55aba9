#!/bin/sh
# Tests Chatwoot through its public URL:
#
#   CHATWOOT_API_KEY=... scripts/ops/chatwoot-fly-smoke.sh HOST [--interval SECONDS] [--mail ADDRESS] [--json]
#   scripts/ops/chatwoot-fly-smoke.sh HOST --interval 180 --token TOKEN
# A token on a command line is visible to every user of the machine and in the shell's history: prefer the variable, or
# `npm run ops -- smoke --stack STACK`. The script passes the token on only in the environment.
set -eu
cd "$(dirname "$0")/../.."
# `npm ci` installs a Node.js that is new enough.
PATH=$PWD/node_modules/.bin:$PATH

count=$#
while [ "$count" -gt 0 ]; do
  argument=$1
  shift
  count=$((count - 1))
  case $argument in
    --token)
      if [ "$count" -eq 0 ]; then
        echo "--token: has no value. Set CHATWOOT_API_KEY instead and remove --token." >&2
        exit 1
      fi
      CHATWOOT_API_KEY=$1
      export CHATWOOT_API_KEY
      shift
      count=$((count - 1))
      echo "--token: is visible in the list of processes. Set CHATWOOT_API_KEY instead." >&2
      ;;
    --token=*)
      CHATWOOT_API_KEY=${argument#--token=}
      export CHATWOOT_API_KEY
      echo "--token: is visible in the list of processes. Set CHATWOOT_API_KEY instead." >&2
      ;;
    # Other arguments keep their order and spaces.
    *) set -- "$@" "$argument" ;;
  esac
done

exec node --require ./scripts/preload.cjs ops/main.ts smoke "$@"
