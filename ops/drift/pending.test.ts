import { expect, test } from "vitest";
import { parseStack } from "../lib/stack/deployment.ts";
import { comparePending } from "./pending.ts";

const urn = (name: string): string => `urn:pulumi:staging::chatwoot::command:local:Command::${name}`;
const refresh = "pulumi refresh --clear-pending-creates --yes --non-interactive --stack staging";

test("operations of a killed run are finished, and creating ones cleared", () => {
  const operations = [
    { resource: { urn: urn("fly-app"), type: "t" }, type: "creating" },
    { resource: { urn: urn("redis-database"), type: "t" }, type: "creating" },
    { resource: { urn: urn("deployment-release"), type: "t" }, type: "updating" },
  ];
  const resources = [{ urn: urn("fly-app"), type: "command:local:Command" }];
  const stack = parseStack(
    JSON.stringify({ version: 3, deployment: { resources, pending_operations: operations } }),
    "test",
  );
  expect(
    comparePending("staging", stack.resources, stack.pending).map(({ what, actual, fix }) => [what, actual, fix]),
  ).toEqual([
    ["pending operation of fly-app", "creating", refresh],
    ["pending operation of redis-database", "creating", `pulumi up --yes --stack staging && ${refresh}`],
    ["pending operation of deployment-release", "updating", "pulumi up --yes --stack staging"],
  ]);
});

test("an export without them has none", () => {
  expect(parseStack('{"version":3,"deployment":null}', "test")).toEqual({ resources: [], pending: [] });
});
