import { expect, test } from "vitest";
import { formatClusterBackups, judgeClusterBackups, type ClusterBackups } from "./cluster.ts";

const now = new Date("2026-11-22T12:00:00Z");
const base = { name: "chatwoot-db-1", phase: "completed", at: "2026-11-22T03:00:00Z", error: "" };
const good: ClusterBackups = {
  cluster: "chatwoot-db",
  archiving: { isWorking: true, message: "" },
  bases: [base],
  drill: { lastSuccess: "2026-11-22T05:00:00Z" },
};

test("healthy backups", () => {
  const judged = judgeClusterBackups(good, now);
  expect(judged.fine).toBe(true);
  expect(formatClusterBackups(good, judged).split("\n")).toEqual([
    "1 base backup of chatwoot-db, by CloudNativePG",
    "2026-11-22 03:00  completed   chatwoot-db-1",
    "The newest base backup is 9 h old.",
    "WAL is archived.",
    "The last successful restore drill was 7 h ago.",
  ]);
});

test.each<[string, Partial<ClusterBackups>, boolean, string]>([
  ["no base backup", { bases: [] }, false, "no base backup is complete"],
  ["an old one", { bases: [{ ...base, at: "2026-11-19T03:00:00Z" }] }, false, "the newest base backup is 3 days old"],
  [
    "a failed one after it",
    { bases: [{ name: "b2", phase: "failed", at: "2026-11-22T04:00:00Z", error: "no bucket" }, base] },
    false,
    "the latest base backup, b2, failed: no bucket",
  ],
  ["WAL that waits", { archiving: { isWorking: false, message: "exit 1" } }, false, "WAL is not archived: exit 1"],
  ["no WAL yet", { archiving: undefined }, false, "no WAL has been archived yet"],
  ["no drill", { drill: undefined }, true, "no restore drill is configured"],
  ["a drill that never succeeded", { drill: { lastSuccess: undefined } }, true, "no restore drill has succeeded yet"],
  [
    "an old drill",
    { drill: { lastSuccess: "2026-11-01T05:00:00Z" } },
    false,
    "the last successful restore drill was 21 days ago",
  ],
])("%s", (_what, change, fine, line) => {
  const judged = judgeClusterBackups({ ...good, ...change }, now);
  expect([judged.fine, judged.lines]).toEqual([fine, expect.arrayContaining([line])]);
});
