#!/usr/bin/env bash
# Prints `pulumi preview` of the deployed stack as Markdown: `preview.sh STACK`. Exits with Pulumi's code.
set -uo pipefail

stack=${1:?name a stack}
# Of this repository, or of the installed package.
policies=$(realpath --relative-to=. "$(dirname "$0")/../../policy")
# Of a project that installs the package: docs/policy.md.
exceptions=()
if [ -f policy-exceptions.json ]; then exceptions=(--policy-pack-config policy-exceptions.json); fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT

result=0
pulumi preview --stack "$stack" --diff --non-interactive --suppress-outputs --suppress-progress --policy-pack "$policies" \
  "${exceptions[@]}" > "$log" 2>&1 || result=$?
# A job's summary is limited to 1 MiB. The end has the counts and the violations.
printf '### Preview of %s\n\n~~~~text\n%s\n~~~~\n' "$stack" "$(tail -c 900000 "$log")"
exit "$result"
