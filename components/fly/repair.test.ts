import { describe, expect, test } from "vitest";
import { releaseMark, stagedFingerprint } from "../driver/release-mark.ts";
import type { Running } from "../driver/what-runs.ts";
import { repairsOf, type Wanted } from "./repair.ts";

const digests = { DATABASE_PASSWORD: "d1", REDIS_URL: "d2" };
const wanted: Wanted = {
  machineConfig: "image = 'chatwoot:v1'",
  names: Object.keys(digests),
  retired: ["SMTP_PASSWORD"],
  fingerprint: "f1",
};

function machine(mark: string): Running["machines"][number] {
  return {
    ...{ id: "m", group: "web", state: "started", region: "ord", version: "v1", release: "4" },
    ...{ standby: false, cordoned: false, failingChecks: [], mark },
  };
}

const markOf = (version: string, repair = "") =>
  releaseMark(
    {
      machineConfig: `image = 'chatwoot:${version}'`,
      secretsFingerprint: stagedFingerprint("f1", digests),
      stored: digests,
      restartsWith: "",
    },
    { release: repair, secrets: "" },
  );

const repairOf = (now: Running | undefined, what: Wanted) => repairsOf(now, what).release;

function running(change: Partial<Running> = {}, ...marks: string[]): Running {
  return {
    release: "4 complete",
    isComplete: true,
    machines: (marks.length === 0 ? [markOf("v1"), markOf("v1")] : marks).map(machine),
    digests: { ...digests, ANOTHER_OWNERS: "x" },
    ...change,
  };
}

describe("no new repair is due", () => {
  test.each([
    ["the app does not exist, or was not read", undefined, ""],
    ["the app has no release yet", running({ release: undefined }), ""],
    ["every machine runs what is wanted", running(), ""],
    ["machines of an earlier version carry no mark", running({}, "", ""), ""],
    ["every machine runs it since the last repair", running({}, markOf("v1", "ab12"), markOf("v1", "ab12")), "ab12"],
  ])("%s", (_what, now, repair) => {
    expect(repairOf(now, wanted)).toBe(repair);
  });
});

describe("a repair is due, and it is the same at each read", () => {
  test.each([
    ["the latest release failed before it reached a machine", running({ release: "5 failed", isComplete: false })],
    ["a killed run left the latest release running", running({ release: "5 running", isComplete: false })],
    ["every machine runs another release", running({}, markOf("v2"), markOf("v2"))],
    ["one machine runs another release", running({}, markOf("v1"), markOf("v2"))],
    ["one machine has no mark", running({}, markOf("v1"), "")],
    ["the app has no machine left", running({ machines: [] })],
    ["a secret was staged and not released", running({ digests: { ...digests, REDIS_URL: "d3" } })],
    ["a secret is gone", running({ digests: { REDIS_URL: "d2" } })],
    ["a retired secret is back", running({ digests: { ...digests, SMTP_PASSWORD: "d3" } })],
  ])("%s", (_what, now) => {
    const repair = repairOf(now, wanted);
    expect(repair).toMatch(/^[0-9a-f]{8}$/);
    expect(repairOf(structuredClone(now), wanted)).toBe(repair);
  });

  test("of the release alone while the secrets are the wanted ones", () => {
    expect(repairsOf(running({}, markOf("v2")), wanted).secrets).toBe("");
    const staged = running({ digests: { ...digests, REDIS_URL: "d3" } });
    expect(repairsOf(staged, wanted).secrets).toBe(repairOf(staged, wanted));
  });

  test("and it is another one after every release and every staged value, so that no step takes it for done", () => {
    const failed = running({ release: "5 failed", isComplete: false });
    const repairs = [
      failed,
      { ...failed, release: "6 failed" },
      { ...failed, release: "6 running" },
      { ...failed, digests: { ...digests, REDIS_URL: "d3" } },
    ].map((now) => repairOf(now, wanted));
    expect(new Set(repairs).size).toBe(repairs.length);
  });
});
