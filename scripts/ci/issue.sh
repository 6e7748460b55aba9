#!/usr/bin/env bash
# Keeps one issue for a recurring check: `issue.sh LABEL TITLE REPORT CLOSING`. A report with text opens or updates the
# issue, an empty one closes it with the comment CLOSING. `gh` reads GH_TOKEN and GH_REPO.
set -euo pipefail

label=${1:?name a label}
title=${2:?give a title}
report=${3:?name the file with the report}
closing=${4:?say why it is closed}

gh label create "$label" --color D93F0B --description "Kept by a workflow" --force
# The title is passed as an argument, not as code.
issue=$(gh issue list --label "$label" --state open --limit 100 --json number,title \
  | node -e '
    const issues = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    console.log(issues.find(({ title }) => title === process.argv[1])?.number ?? "");
  ' "$title")
if [ ! -s "$report" ]; then
  if [ -n "$issue" ]; then gh issue close "$issue" --comment "$closing"; fi
elif [ -n "$issue" ]; then
  gh issue edit "$issue" --body-file "$report"
else
  gh issue create --title "$title" --label "$label" --body-file "$report"
fi
