#!/usr/bin/env bash
# Keeps an issue per stack from the reports of the run's other jobs, `NAME-STACK.md` in an artifact of that name:
# `reports.sh NAME TITLE CLOSING`.
set -euo pipefail

name=${1:?name the reports}
title=${2:?give a title}
closing=${3:?say why an issue is closed}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

gh run download "${GITHUB_RUN_ID:?}" --pattern "$name-*" --dir "$folder"
for report in "$folder"/*/"$name"-*.md; do
  stack=$(basename "$report" .md)
  "$(dirname "$0")/issue.sh" "$name" "$title: ${stack#"$name"-}" "$report" "$closing"
done
