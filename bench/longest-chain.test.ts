import { expect, test } from "vitest";
import { longestChain, type Task } from "./longest-chain.ts";
import { flyTasks } from "./measures/fly-calls.ts";
import type { CallRecord } from "flyctl-stand-in";

const task = (id: string, durationMs: number, after: string[] = [], parent?: string): Task => ({
  id,
  durationMs,
  after,
  ...(parent === undefined ? {} : { parent }),
});

test.each<[string, Task[], number]>([
  ["nothing", [], 0],
  ["in parallel", [task("a", 3), task("b", 5)], 5],
  ["in sequence", [task("a", 3), task("b", 5, ["a"])], 8],
  ["a diamond", [task("a", 1), task("b", 2, ["a"]), task("c", 7, ["a"]), task("d", 1, ["b", "c"])], 9],
  ["a component that ends with its children", [task("c", 0), task("x", 4, [], "c"), task("after", 1, ["c"])], 5],
  ["a child that begins with its component", [task("a", 4), task("c", 0, ["a"]), task("x", 2, [], "c")], 6],
  ["a child that names its component", [task("c", 0), task("x", 4, ["c"], "c")], 4],
  ["unknown names", [task("a", 3, ["gone"], "gone")], 3],
])("the longest chain of %s", (_what, tasks, expected) => expect(longestChain(tasks)).toBe(expected));

function call(seq: number, folder: string, words: string): CallRecord {
  const env = { FLY_CONFIG_DIR: `/config/${folder}` } as CallRecord["env"];
  return {
    seq,
    time: `2026-01-01T00:00:0${seq % 10}Z`,
    argv: words.split(" "),
    env,
    durationMs: 10,
  } as unknown as CallRecord;
}

test("a first up takes fifteen rounds of calls, because independent reads run in parallel", () => {
  const app = ["status", "apps list", "apps create"];
  const addresses = ["ips list", "ips allocate-v6", "ips allocate-v4", "ips list"];
  const secrets = ["secrets list", "secrets import", "secrets list"];
  const deployment = [
    ...["config validate", "machine list", "secrets sync"],
    ...["deploy", "machine list", "checks list"],
  ];
  const scale = ["machine list", "scale count web=1", "machine list"];
  const redis = ["version", "auth whoami", "redis status", "redis list", "redis create", "redis status", "redis list"];
  const calls = [
    ...[...app, ...addresses, ...secrets, ...deployment, ...scale].map((words) => call(1, "chat", words)),
    ...redis.map((words) => call(2, "redis-chat", words)),
  ];
  expect(longestChain(flyTasks(calls, 0))).toBe(150);
  expect(longestChain(flyTasks(calls, 5))).toBe(225);
  expect(() => flyTasks(calls.slice(1), 0)).toThrow(/did not call `flyctl status`/);
  expect(() => flyTasks([...calls, call(3, "chat", "certs add")], 0)).toThrow(/unexpected call `flyctl certs add`/);
});
