import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatBytes } from "../lib/bytes.ts";
import { parsePodLog } from "../lib/kubernetes/logs.ts";
import { choosePod, type Pod } from "../lib/kubernetes/pods.ts";
import type { StackResource } from "../lib/stack/deployment.ts";
import { parseDeployment } from "../lib/stack/deployment.ts";
import { placeOf } from "../lib/stack/place.ts";
import { shellLine } from "./console.ts";
import { judgeDatabase, type DatabaseFacts } from "./database.ts";
import { formatFindings, isHealthy, type Finding } from "./finding.ts";
import { judgeQueues } from "./queues.ts";
import { judgeRedis, type RedisFacts } from "./redis.ts";
import { splitWords } from "flyctl-stand-in/shell-words";
import { app, exportOf, wholeApp } from "../../tests/helpers/deployed-stack.ts";

/** The names of findings that need attention. Each must have a fix. */
function attention(findings: readonly Finding[]): string[] {
  for (const { state, next } of findings) expect(state === "attention").toBe(next !== undefined);
  return findings.filter(({ state }) => state === "attention").map(({ name }) => name);
}

const restart = "`fly apps restart chat`";
const web = { processes: 2, restart };

const queues = {
  queues: [
    { name: "default", size: 60, latencySeconds: 60 },
    { name: "low", size: 40, latencySeconds: 0 },
  ],
  retry: 9,
  scheduled: 3,
  dead: 0,
  deadClasses: {} as Record<string, number>,
  processes: 1,
  overdue: 0,
  healthChecks: 1,
  served: [] as string[],
};

describe("queues", () => {
  const workersOf = (queue: string) => (queue === "low" ? "worker-mail" : "worker");
  const workers = { stack: "staging", restart, workersOf };

  test("each with its workers, and a group's own key", () => {
    const low = { name: "low", size: 200, latencySeconds: 61 };
    const limits = { depth: 100, latencySeconds: 60 };
    const rows = judgeQueues({ ...queues, queues: [queues.queues[0]!, low] }, limits, workers);
    const of = (name: string) => rows.find((row) => row.name === name)!;
    expect(of("default").detail).toBe("worker: 60 waiting, the oldest for 60 s");
    expect(of("low").detail).toBe("worker-mail: 200 waiting, the oldest for 61 s (limit 60 s)");
    for (const { next } of [of("low"), of("depth")]) expect(next).toContain("chatwoot:worker.groups.mail.count N");
  });

  test.each<[string, Partial<typeof queues>, string[]]>([
    ["exactly at the limits, with retries", {}, []],
    ["one job too many", { queues: [{ name: "default", size: 101, latencySeconds: 1 }] }, ["depth"]],
    ["a job that waits too long", { queues: [{ name: "default", size: 1, latencySeconds: 61 }] }, ["default"]],
    ["dead jobs", { dead: 1, deadClasses: { SendReplyJob: 1 } }, ["dead"]],
    ["dead jobs that a visitor can leave", { dead: 3, deadClasses: { "Webhooks::SmsEventsJob": 3 } }, []],
    ["one of each", { dead: 2, deadClasses: { "Webhooks::SmsEventsJob": 1, WebhookJob: 1 } }, ["dead"]],
    ["no worker", { processes: 0, healthChecks: 0 }, ["workers"]],
    ["a scheduler that ended: due jobs stay", { overdue: 1 }, ["overdue"]],
    ["a health check that Redis forgot", { processes: 2 }, ["health checks"]],
    ["every queue served", { served: ["default", "low", "critical"] }, []],
    ["a queue whose group does not run", { served: ["default"] }, ["low"]],
    ["the health check of a worker that stopped", { healthChecks: 2 }, []],
  ])("%s", (_, more, expected) => {
    const found = judgeQueues({ ...queues, ...more }, { depth: 100, latencySeconds: 60 }, workers);
    expect(attention(found)).toEqual(expected);
    expect(isHealthy(found)).toBe(expected.length === 0);
  });
});

const redis: RedisFacts = {
  pingMs: 0.4,
  version: "7.2.4",
  usedBytes: 50e6,
  maxBytes: 100e6,
  policy: "noeviction",
  evictedKeys: 0,
  clients: 20,
  listeners: 2,
  online: 7,
  maxClients: 10_000,
  appendOnly: true,
  lastAppend: "ok",
  lastRewrite: "ok",
  lastSnapshot: "ok",
};
const nothingReported = Object.fromEntries(Object.keys(redis).map((key) => [key, null])) as unknown as RedisFacts;

describe("redis", () => {
  test.each<[string, Partial<RedisFacts>, string[]]>([
    ["healthy", {}, []],
    ["only a ping", { ...nothingReported, pingMs: 1, online: 0 }, []],
    ["no memory limit", { maxBytes: 0 }, []],
    ["nearly full", { usedBytes: 90e6 }, ["memory"]],
    ["slow", { pingMs: 101 }, ["ping"]],
    ["evicted keys", { policy: "allkeys-lru", evictedKeys: 3 }, ["policy", "evicted"]],
    ["almost the maximum of clients", { clients: 9_000 }, ["clients"]],
    ["no listener, while websockets are open", { listeners: 0, online: 1 }, ["listeners"]],
    ["one of two web processes without a listener", { listeners: 1 }, ["listeners"]],
    ["one websocket, so that one process listens", { listeners: 1, online: 1 }, []],
    ["no websocket", { listeners: 0, online: 0 }, []],
    ["no persistence", { appendOnly: false }, ["append-only"]],
    ["a full disk", { lastAppend: "err", lastSnapshot: "err" }, ["append-only"]],
  ])("%s", (_, more, expected) => {
    expect(attention(judgeRedis({ ...redis, ...more }, "staging", web))).toEqual(expected);
  });

  test("a missing value is unknown", () => {
    const states = judgeRedis({ ...nothingReported, pingMs: 1, online: 0 }, "staging", web).map(({ state }) => state);
    expect(states).toEqual(["ok", "unknown", "unknown", "unknown", "unknown", "unknown", "unknown"]);
  });
});

const migrations = { latest: "20260102", count: 2, pending: [], unknown: [], codeKnown: true };
const database: DatabaseFacts = {
  selectMs: 1,
  version: "17.2",
  connections: 79,
  maxConnections: 100,
  sizeBytes: 1.5e9,
  migrations,
  tables: [{ name: "messages", bytes: 12e6, rows: 1000 }],
  invalidIndexes: [],
  pendingMail: 0,
  longQueries: [],
};

describe("database", () => {
  test.each<[string, Partial<DatabaseFacts>, string[]]>([
    ["healthy", {}, []],
    ["an image without visible migrations", { migrations: { ...migrations, codeKnown: false } }, []],
    ["slow", { selectMs: 101 }, ["answers"]],
    ["inbound mail that was never routed", { pendingMail: 1 }, ["inbound mail"]],
    ["four of five connections", { connections: 80 }, ["connections"]],
    ["never migrated", { migrations: null }, ["migrations"]],
    ["pending migrations", { migrations: { ...migrations, pending: ["20260103"] } }, ["migrations"]],
    ["code older than the schema", { migrations: { ...migrations, unknown: ["20260102"] } }, ["migrations"]],
    [
      "a long query",
      { longQueries: [{ pid: 7, seconds: 31, state: "active", waits: "Lock", program: "puma", verb: "UPDATE" }] },
      ["long queries"],
    ],
  ])("%s", (_, more, expected) => {
    expect(attention(judgeDatabase({ ...database, ...more }, "staging"))).toEqual(expected);
  });

  const [index] = [{ table: "messages", index: "on_sender", leftover: false }];
  test.each<[string, Partial<DatabaseFacts>, string]>([
    ["after complete migrations", {}, "Run `REINDEX INDEX CONCURRENTLY on_sender;` in the database"],
    [
      "with a pending migration",
      { migrations: { ...migrations, pending: ["20260103"] } },
      "Run `DROP INDEX CONCURRENTLY on_sender;` in the database, then `pulumi up --stack staging`",
    ],
    [
      "of REINDEX",
      { invalidIndexes: [{ ...index, leftover: true }] },
      "Run `DROP INDEX CONCURRENTLY on_sender;` in the database",
    ],
  ])("an INVALID index %s", (_, more, next) => {
    const found = judgeDatabase({ ...database, invalidIndexes: [index], ...more }, "staging");
    expect(found.find(({ name }) => name === "indexes")).toMatchObject({ state: "attention", next });
  });

  test("names at most three versions", () => {
    const unknown = ["1", "2", "3", "4"];
    const found = judgeDatabase({ ...database, migrations: { ...migrations, unknown } }, "staging");
    expect(found.find(({ name }) => name === "migrations")?.detail).toContain("lacks 4, the last 2, 3, 4");
  });
});

test("prints within 80 columns, except for commands, and the same text with colour", () => {
  const findings = [
    ...judgeDatabase({ ...database, migrations: { ...migrations, unknown: ["20260102"] } }, "staging"),
    ...judgeRedis({ ...redis, appendOnly: false }, "staging", web),
  ];
  const text = formatFindings(findings);
  for (const line of text.split("\n")) if (!line.includes("`")) expect(line.length).toBeLessThanOrEqual(80);
  const coloured = formatFindings(findings, { colour: true });
  expect(coloured).not.toBe(text);
  // eslint-disable-next-line no-control-regex
  expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(text);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [1.5e9, "1.5 GB"],
  [250e12, "250 TB"],
])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test("a shell parses a printed command", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ minLength: 1 }).filter((word) => !word.includes("\0")),
        { minLength: 1 },
      ),
      (words) => {
        expect(splitWords(shellLine(words))).toEqual(words);
      },
    ),
  );
});

const namespace: StackResource = {
  urn: "urn:pulumi:prod::chatwoot::kubernetes:core/v1:Namespace::namespace",
  type: "kubernetes:core/v1:Namespace",
  inputs: { metadata: { name: "chatwoot" } },
};
const read: StackResource = {
  urn: `${namespace.urn}-existing`,
  type: namespace.type,
  id: "shop",
  inputs: { apiVersion: "v1", kind: "Namespace" },
};
const provider: StackResource = {
  urn: "urn:pulumi:prod::chatwoot::pulumi:providers:kubernetes::kubernetes",
  type: "pulumi:providers:kubernetes",
  inputs: { context: "eks-prod" },
};

describe("the location of a stack", () => {
  test.each<[string, StackResource[], object]>([
    ["on Fly, with helper apps", parseDeployment(exportOf(wholeApp), "test"), { target: "fly", app }],
    ["on Kubernetes", [provider, namespace], { target: "kubernetes", context: "eks-prod", namespace: "chatwoot" }],
    ["in a namespace that exists", [provider, read], { target: "kubernetes", context: "eks-prod", namespace: "shop" }],
    ["in the current context", [namespace], { target: "kubernetes", context: undefined, namespace: "chatwoot" }],
  ])("%s", (_, resources, expected) => expect(placeOf("prod", resources)).toEqual(expected));

  test("nowhere, with a fix", () => {
    const operator = { ...namespace, urn: namespace.urn.replace("::namespace", "::operator-namespace") };
    expect(() => placeOf("prod", [operator])).toThrow("stack prod: has no Chatwoot on Fly or Kubernetes");
  });
});

const pod = (name: string, role: string, more: { phase?: string; ready?: boolean; gone?: boolean } = {}): Pod => ({
  metadata: {
    name,
    labels: { "app.kubernetes.io/component": role },
    ...(more.gone ? { deletionTimestamp: "2026-11-21T12:00:00Z" } : {}),
  },
  spec: { containers: [{ name: "c", image: "i" }] },
  status: {
    phase: more.phase ?? "Running",
    conditions: [{ type: "Ready", status: more.ready === false ? "False" : "True" }],
  },
});

describe("the chosen pod", () => {
  test.each<[string, Pod[], string]>([
    ["a worker before web", [pod("w", "web"), pod("k", "worker")], "k"],
    ["a ready web before a worker that is not", [pod("w", "web"), pod("k", "worker", { ready: false })], "w"],
    ["a running one, if none is ready", [pod("k", "worker", { ready: false })], "k"],
    ["none that is terminating", [pod("k", "worker", { gone: true }), pod("w", "web")], "w"],
  ])("%s", (_, pods, name) => expect(choosePod("chatwoot", pods, ["worker", "web"]).metadata.name).toBe(name));

  test("no pod is an error with the next command", () => {
    const pods = [pod("r", "redis"), pod("k", "worker", { phase: "Pending", ready: false })];
    expect(() => choosePod("chatwoot", pods, ["worker", "web"])).toThrow("`kubectl get pods --namespace chatwoot`");
  });
});

test("parses a pod's log lines with and without a time", () => {
  const text = "2026-11-21T12:00:00.123456789Z GET /\n\n2026-11-21T12:00:01Z\nno time\n";
  expect(parsePodLog("p", text).map(({ timestamp, message, instance }) => [timestamp, message, instance])).toEqual([
    ["2026-11-21T12:00:00.123456789Z", "GET /", "p"],
    ["2026-11-21T12:00:01Z", "", "p"],
    ["", "no time", "p"],
  ]);
});
