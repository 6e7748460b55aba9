#!/usr/bin/env bash
# Writes or updates the one comment of a pull request with the output of preview.yml. `gh` reads GH_TOKEN and GH_REPO; the
# other variables describe the run, and come from GitHub. No code of the pull request runs.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

gh run download "${RUN:?}" --name preview-diff --dir "$folder/artifact" || echo "The run has no artifact."
# The number comes from GitHub, because the pull request controls its own files.
pull=$(gh api "repos/$GH_REPO/pulls" --method GET -f state=open -f head="$OWNER:$BRANCH" \
  --jq "[.[] | select(.head.sha == \"$COMMIT\")][0].number // empty")
if [ -z "$pull" ]; then
  echo "The pull request has a newer commit or is closed."
  exit 0
fi
node "$(dirname "$0")/preview-comment.ts" "$folder/artifact/body.md" > "$folder/comment.md"
# Read completely before the first line is taken: a closed pipe would fail the step.
comments=$(gh api "repos/$GH_REPO/issues/$pull/comments" --paginate \
  --jq '.[] | select(.user.login == "github-actions[bot]" and (.body | startswith("<!-- chatwoot-preview-diff -->"))) | .id')
comment=$(head -n 1 <<< "$comments")
if [ -n "$comment" ]; then
  gh api --silent --method PATCH "repos/$GH_REPO/issues/comments/$comment" -F "body=@$folder/comment.md"
else
  gh api --silent "repos/$GH_REPO/issues/$pull/comments" -F "body=@$folder/comment.md"
fi
