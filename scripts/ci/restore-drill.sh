#!/usr/bin/env bash
# Prints the problem of a stack's restore drill as Markdown for an issue; nothing if it succeeded.
# Exits with 1 if the check failed. `restore-drill.sh STACK`.
# On Fly it restores the newest dump into the empty database of RESTORE_DATABASE_URL. On Kubernetes it reads the result of
# the drill's CronJob.
set -uo pipefail

stack=${1:?name a stack}
# An issue's body is limited to 65,536 characters.
most=50000
log=$(mktemp)
trap 'rm -f "$log"' EXIT

target=$(pulumi config get target --stack "$stack") || exit 1
case "$target" in
  fly)
    : "${RESTORE_DATABASE_URL:?set it to an empty database}"
    if npm run --silent ops -- restore --stack "$stack" --yes > "$log" 2>&1; then
      cat "$log" >&2
      exit 0
    fi
    # shellcheck disable=SC2016 # the backquotes are Markdown's
    printf '### The newest dump could not be restored completely\n\n~~~~text\n%s\n~~~~\n\nThe next command: `%s`\n' \
      "$(tail -c "$most" "$log")" "npm run ops -- backup list --stack $stack"
    ;;
  kubernetes)
    setting() { pulumi config get --path "$1" --stack "$stack" 2> /dev/null || echo "$2"; }
    context=$(setting kubernetes.context "")
    namespace=$(setting kubernetes.namespace chatwoot)
    if [ "$(setting kubernetes.postgres.kind cnpg)" = external ]; then
      echo "$stack: its database's provider makes the backups; test a restore there: docs/kubernetes/external-services.md" >&2
      exit 0
    fi
    name=chatwoot-restore-drill
    ask() { kubectl --context "$context" --namespace "$namespace" --request-timeout=30s "$@"; }
    found=$(mktemp -d)
    trap 'rm -rf "$log" "$found"' EXIT
    ask get cronjobs --output json --field-selector "metadata.name=$name" > "$found/cronjobs.json" || exit 1
    ask get jobs --output json > "$found/jobs.json" || exit 1
    newest=$(node scripts/ci/restore-drill.ts newest "$found") || exit 1
    # A deleted pod has no log; the Job's state is sufficient.
    if [ -n "$newest" ]; then ask logs "job/$newest" --tail=50 > "$found/log.txt" 2> /dev/null || true; fi
    node scripts/ci/restore-drill.ts verdict "$found" "$stack"
    ;;
  *)
    echo "$stack: restore drills do not support the target $target. Set target to fly or kubernetes." >&2
    exit 1
    ;;
esac
