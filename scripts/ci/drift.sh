#!/usr/bin/env bash
# Prints the differences between a stack and its last deployment as Markdown for an issue; nothing without differences.
# Exits with 1 if the comparison failed. `drift.sh STACK`.
set -uo pipefail

stack=${1:?name a stack}
# An issue's body is limited to 65,536 characters.
most=25000
log=$(mktemp)
trap 'rm -f "$log"' EXIT

section() {
  printf '### %s\n\n~~~~text\n%s\n~~~~\n\nThe next command: `%s`\n\n' "$1" "$(head -c "$most" "$log")" "$2"
}

# Compares program, state and live resources; a preview changes nothing.
if ! pulumi preview --stack "$stack" --refresh --expect-no-changes --diff --non-interactive --suppress-outputs > "$log" 2>&1; then
  if ! grep -q "no changes were expected" "$log"; then
    cat "$log" >&2
    exit 1
  fi
  section "Pulumi" "pulumi preview --stack $stack --refresh --diff"
fi

# Pulumi cannot refresh commands on Fly and does not check health; `drift` does both.
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
