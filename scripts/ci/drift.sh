#!/usr/bin/env bash
# Prints what of a stack differs from its last deployment, as Markdown for an issue; nothing where nothing does.
# Ends with 1 where it could not be found out. `drift.sh STACK`.
set -uo pipefail

stack=${1:?name a stack}
# An issue's body ends at 65,536 characters.
most=25000
log=$(mktemp)
trap 'rm -f "$log"' EXIT

section() {
  printf '### %s\n\n~~~~text\n%s\n~~~~\n\nThe next command: `%s`\n\n' "$1" "$(head -c "$most" "$log")" "$2"
}

# Program, state and the world at once; the preview form changes nothing.
if ! pulumi preview --stack "$stack" --refresh --expect-no-changes --diff --non-interactive --suppress-outputs > "$log" 2>&1; then
  if ! grep -q "no changes were expected" "$log"; then
    cat "$log" >&2
    exit 1
  fi
  section "Pulumi" "pulumi preview --stack $stack --refresh --diff"
fi

# Commands on Fly cannot be refreshed, and Pulumi does not know what is healthy: the project's own probe asks the rest.
result=0
npm run --silent ops -- drift --stack "$stack" > "$log" 2>&1 || result=$?
case "$result" in
  0) ;;
  2) section "What runs" "npm run ops -- drift --stack $stack" ;;
  *)
    cat "$log" >&2
    exit 1
    ;;
esac
