#!/usr/bin/env bash
# Creates the environments of the workflows with their rules: `environments.sh REVIEWER`, a user or ORGANIZATION/TEAM.
# Repeat it to correct the rules; it touches no secret. `gh` needs an administrator's sign-in (docs/review.md).
set -euo pipefail

reviewer=${1:?name a reviewer: a user, or ORGANIZATION/TEAM}
case "$reviewer" in
  */*) type=Team id=$(gh api "orgs/${reviewer%/*}/teams/${reviewer#*/}" --jq .id) ;;
  *) type=User id=$(gh api "users/$reviewer" --jq .id) ;;
esac
main=$(gh api "repos/{owner}/{repo}" --jq .default_branch)
reviewers="[{\"type\":\"$type\",\"id\":$id}]"

# environment NAME REVIEWERS PREVENT_SELF_REVIEW [branch|tag PATTERN]
environment() {
  local place="repos/{owner}/{repo}/environments/$1" refs=null existing policy found=
  if [ $# -gt 3 ]; then refs='{"protected_branches":false,"custom_branch_policies":true}'; fi
  printf '{"reviewers":%s,"prevent_self_review":%s,"deployment_branch_policy":%s}' "$2" "$3" "$refs" \
    | gh api --silent --method PUT "$place" --input -
  if [ $# -gt 3 ]; then
    place+=/deployment-branch-policies
    existing=$(gh api "$place" --jq '.branch_policies[] | "\(.id) \(.type) \(.name)"')
    while read -r policy; do
      if [ "${policy#* }" = "$4 $5" ]; then
        found=yes
      elif [ -n "$policy" ]; then
        gh api --silent --method DELETE "$place/${policy%% *}"
      fi
    done <<< "$existing"
    if [ -z "$found" ]; then gh api --silent --method POST "$place" -f "type=$4" -f "name=$5"; fi
  fi
  echo "$1: done"
}

environment staging '[]' false branch "$main"
environment prod "$reviewers" false tag 'v*'
for stack in staging prod; do
  environment "$stack-preview" "$reviewers" true
  environment "$stack-checks" '[]' false branch "$main"
done
