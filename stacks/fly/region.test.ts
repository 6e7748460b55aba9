import { expect, test } from "vitest";
import type { Machine } from "../../components/driver/machines.ts";
import { regionProblem } from "./region.ts";

const machine = (group: string, region: string): Machine => ({
  ...{ id: `${group}-${region}`, group, region, state: "started", version: "v4.16.2", release: "1", mark: "" },
  ...{ standby: false, cordoned: false, failingChecks: [] },
});
const chatwoot = { app: "chat", region: "fra", holdsData: false };

test("machines in the configured region, or none", () => {
  expect(regionProblem(chatwoot, [machine("web", "fra")])).toBeUndefined();
  expect(regionProblem(chatwoot, [])).toBeUndefined();
});

test("machines in other regions: the same number in the new one, then none in the old ones", () => {
  const machines = [machine("web", "ord"), machine("web", "iad"), machine("worker", "ord"), machine("worker", "fra")];
  expect(regionProblem(chatwoot, machines)).toBe(
    "chatwoot:fly.region: is fra, but machines of the app chat are in iad, ord, where a deployment leaves them. " +
      "Set it to iad, or move them: `fly scale count web=2 worker=1 --region fra --app chat --yes`, then " +
      "`fly scale count web=0 --region iad --app chat --yes`, then " +
      "`fly scale count web=0 worker=0 --region ord --app chat --yes`, then run `pulumi up` again.",
  );
});

test("the stack's own Redis cannot move: its volume is in the old region", () => {
  expect(regionProblem({ app: "chat-redis", region: "fra", holdsData: true }, [machine("redis", "ord")])).toBe(
    "chatwoot:fly.region: is fra, but machines of the app chat-redis are in ord, where a deployment leaves them. " +
      "Set it to ord, or set another chatwoot:fly.redis.app, an empty Redis in fra (docs/runbooks/disaster-recovery.md).",
  );
});
