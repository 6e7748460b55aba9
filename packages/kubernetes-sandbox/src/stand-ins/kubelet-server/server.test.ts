import { expect, test } from "vitest";
import { exitStatus } from "./exec.ts";
import { containerLog, logOptions, startsOf } from "./logs.ts";

const start = (time: string, args: string[] = []) =>
  ({
    time,
    event: "start",
    kind: "Container",
    namespace: "shop",
    name: "web",
    pod: "web-1",
    owner: { kind: "Deployment", name: "web" },
    init: false,
    image: "acme/web:v1",
    command: ["bundle", "exec"],
    args,
    environment: { SECRET: "planted-secret" },
  }) as const;
const starts = [
  start("2026-11-21T10:00:00.000Z", ["rails", "s"]),
  start("2026-11-21T10:05:00.000Z", ["x".repeat(200)]),
];
const all = { timestamps: false, since: undefined, tail: undefined };

test("logs each start of a container, shortened and without its environment", () => {
  const text = containerLog(starts, all);
  expect(text).toMatch(
    /^started acme\/web:v1 as "bundle exec rails s"; the sandbox does not run its program\nstarted .*x\.\.\."; the .*\n$/,
  );
  expect(text).not.toContain("planted-");
});

test("includes times, the period and the last lines", () => {
  expect(containerLog(starts, { ...all, timestamps: true })).toMatch(/^2026-11-21T10:00:00\.000Z started /);
  expect(containerLog(starts, { ...all, since: new Date("2026-11-21T10:01:00Z") }).split("\n")).toHaveLength(2);
  expect(containerLog(starts, { ...all, tail: 1 })).toContain("xxx");
  expect(containerLog(starts, { ...all, tail: 0 })).toBe("");
  expect(containerLog(starts, { ...all, tail: 9 }).split("\n")).toHaveLength(3);
});

test.each([
  ["", { timestamps: false, since: undefined, tail: undefined }],
  ["timestamps=true&sinceSeconds=90", { timestamps: true, since: new Date("2026-11-21T11:58:30Z"), tail: undefined }],
  [
    "sinceTime=2026-11-21T10:00:00Z&tailLines=5",
    { timestamps: false, since: new Date("2026-11-21T10:00:00Z"), tail: 5 },
  ],
])("parses %j as the API server sends it", (query, expected) =>
  expect(logOptions(new URLSearchParams(query), new Date("2026-11-21T12:00:00Z"))).toEqual(expected),
);

test("a cluster without started containers has an empty journal", () =>
  expect(startsOf("/nowhere/journal.jsonl", "shop", "web-1", "web")).toEqual([]));

test("returns a command's exit status in a kubelet's format", () => {
  expect(exitStatus(0)).toMatchObject({ status: "Success" });
  expect(exitStatus(3)).toMatchObject({
    status: "Failure",
    message: "command terminated with exit code 3",
    details: { causes: [{ reason: "ExitCode", message: "3" }] },
  });
});
