#!/usr/bin/env bash
# Prints the support pipeline's weekly report as Markdown and saves it in artifacts/ops. A missed target is a warning.
# Exits with 1 if the report failed. `weekly-report.sh STACK`.
set -uo pipefail

stack=${1:?name a stack}
result=0
npm run --silent ops -- pipeline report --stack "$stack" || result=$?
case "$result" in
  0) ;;
  2) echo "::warning title=Support pipeline::$stack missed a target this week" >&2 ;;
  *) exit 1 ;;
esac
