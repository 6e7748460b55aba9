import { expect, test } from "vitest";
import { mayRunAgain } from "./repeatable.ts";

const lease =
  "Error: failed to acquire lease on machine 148e: lease currently held by another user, expires at 2026-11-21T15:00:00Z";

test.each<[again: boolean, command: string, output: string]>([
  [true, "status --app chat --json", "Error: failed to get app: 503 Service Unavailable"],
  [true, "secrets import --app chat --stage", "Error: 429 Too Many Requests"],
  [true, "scale count web=1 worker=1", "Error: read tcp: connection reset by peer"],
  [true, "scale count web=1 worker=1", lease],
  [true, "deploy --app chat", lease],
  [true, "machine start 148e", "Error: context deadline exceeded"],
  [false, "status --app chat --json", "Error: Could not find App"],
  [false, "deploy --app chat", "Error: 503 Service Unavailable"],
  [false, "apps create chat", "Error: 502 Bad Gateway"],
  [false, "redis create --name cache", "Error: 504 Gateway Timeout"],
  [false, "ips allocate-v4", "Error: 503 Service Unavailable"],
  [false, "storage create", lease],
  [false, "machine run image", "Error: 503 Service Unavailable"],
  [false, "secrets import --app chat --stage", "Error: requires at least one SECRET=VALUE pair"],
])("retry %s: %s, with output %s", (again, command, output) => {
  expect(mayRunAgain(command.split(" "), output)).toBe(again);
});
