import { expect, test } from "vitest";
import { mayChange, mayRunAgain } from "./repeatable.ts";

const lease =
  "Error: failed to acquire lease on machine 148e: lease currently held by another user, expires at 2026-11-21T15:00:00Z";

test.each<[again: boolean, command: string, output: string]>([
  [true, "status --app chat --json", "Error: failed to get app: 503 Service Unavailable"],
  [true, "secrets import --app chat --stage", "Error: 429 Too Many Requests"],
  // The errors of the Machines API quote the body, which may have no status code and none of its words.
  [true, "secrets list --app chat --json", "Error: failed to list app secrets: down"],
  [true, "machine list --app chat --json", "Error: failed to list VMs: unavailable (Request ID: 01J)"],
  [true, "auth whoami --json", ""],
  [true, "scale count web=1 worker=1", "Error: read tcp: connection reset by peer"],
  [true, "scale count web=1 worker=1", lease],
  [true, "machine start 148e", "Error: context deadline exceeded"],
  [true, "status --app chat --json", "Error: invalid character '<' looking for beginning of value"],
  [false, "status --app chat --json", "Error: failed to run query: Could not find App"],
  [false, "storage status --app chat", "Error: No project found. Provision one with 'flyctl ext tigris create'."],
  [false, "certs check chat.example.com", "Error: failed to check certificate: Certificate not found for x"],
  [false, "auth whoami --json", "Error: no access token available. Please login with 'flyctl auth login'"],
  [false, "config validate --strict", "Error: App configuration is not valid"],
  [false, "deploy --app chat", "Error: 503 Service Unavailable"],
  [false, "deploy --app chat", lease],
  [false, "apps create chat", "Error: 502 Bad Gateway"],
  [false, "redis create --name cache", "Error: 504 Gateway Timeout"],
  [false, "ips allocate-v4", "Error: 503 Service Unavailable"],
  [false, "storage create", lease],
  [false, "machine run image", "Error: 503 Service Unavailable"],
  [false, "secrets import --app chat --stage", "Error: requires at least one SECRET=VALUE pair"],
])("retry %s: %s, with output %s", (again, command, output) => {
  expect(mayRunAgain(command.split(" "), output)).toBe(again);
});

test.each([
  [true, "Error: 429 Too Many Requests"],
  [true, "Error: input: Something went wrong"],
  [false, "Error: Validation failed: Name has already been taken (Request ID: x)"],
  [false, 'Error: plan "standard" is no longer available for new databases.'],
  [false, "Error: organization nope not found"],
])("another attempt may change %s: %s", (changes, output) => {
  expect(mayChange(output)).toBe(changes);
});
