import { secretLines } from "../../lib/log-secrets.examples.ts";
import { readFileSync } from "node:fs";
import { check, execute } from "@bpinternal/verel";
import fc from "fast-check";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import {
  labelling,
  logLabels,
  quoted,
  renderLogShipperConfig,
  renderVectorConfig,
  shipperSecrets,
  shipperStart,
} from "./log-shipper/config.ts";
import { versions } from "../../config/versions.ts";
import { redisStart, renderOwnRedisConfig } from "./redis/own-redis-config.ts";

const redis = { app: "chat-redis", region: "ord", image: versions.redisImage, memoryMb: 512, sizeGb: 3 };
const shipper = {
  app: "chat-logs",
  organization: "hotdash",
  region: "ord",
  image: versions.vectorImage,
  apps: ["chat", "chat-redis", "chat-logs"],
  lokiUrl: "https://logs-prod-006.grafana.net",
  lokiUsername: "123456",
};

describe.each([
  ["Redis", renderOwnRedisConfig(redis), redisStart],
  ["the log shipper", renderLogShipperConfig(shipper), shipperStart],
])("fly.toml of %s", (_what, text, script) => {
  test("as text", () => {
    expect(text.replace(/raw_value = .*/g, 'raw_value = "..."')).toMatchSnapshot();
  });

  test("has a unit on every duration, and no quote that ends its shell text early", () => {
    const durations = [...text.matchAll(/^(\s*\w*(?:timeout|period|interval)) = (.*)$/gm)];
    expect(durations.length).toBeGreaterThan(3);
    for (const [, key, value] of durations) expect(value, key).toMatch(/^"\d+[sm]"$/);
    expect(script).not.toContain("'");
  });

  test("names its only group in every section that would otherwise apply to another group", () => {
    const config = parse(text) as Record<string, unknown>;
    const parts = ["vm", "mounts", "restart"].flatMap((key) => (config[key] ?? []) as object[]);
    const groups = Object.keys(config["processes"] as object);
    for (const part of [...parts, ...Object.values(config["checks"] as object)])
      expect(part).toMatchObject({ processes: groups });
    expect(Object.keys(config)).not.toEqual(expect.arrayContaining(["http_service"]));
    expect(Object.keys(config)).not.toEqual(expect.arrayContaining(["services"]));
  });
});

test.each([
  [256, "shared-cpu-1x", "maxmemory 153mb"],
  [2048, "shared-cpu-1x", "maxmemory 1228mb"],
  [2304, "shared-cpu-2x", "maxmemory 1382mb"],
  [8192, "shared-cpu-4x", "maxmemory 4915mb"],
  [16384, "shared-cpu-8x", "maxmemory 9830mb"],
])("Redis with %d MB is %s, and reserves memory for its own work", (memoryMb, size, limit) => {
  const { vm, files } = parse(renderOwnRedisConfig({ ...redis, memoryMb })) as {
    vm: [{ size: string }];
    files: [{ raw_value: string }];
  };
  expect([vm[0].size, files[0].raw_value]).toEqual([size, expect.stringContaining(limit)]);
});

test("the settings of Redis as text", () => {
  const { files } = parse(renderOwnRedisConfig(redis)) as { files: [{ raw_value: string }] };
  expect(files[0].raw_value).toMatchSnapshot();
});

describe("Vector's configuration", () => {
  const text = renderVectorConfig(shipper);

  test("as text", () => {
    expect(text).toMatchSnapshot();
  });

  test("has one source per app, and all send to Loki", () => {
    const { sources, transforms, sinks } = parse(text) as {
      sources: Record<string, { type: string; subject: string }>;
      transforms: { labelled: { inputs: string[] } };
      sinks: { loki: { inputs: string[] } };
    };
    const streams = Object.entries(sources).filter(([, { type }]) => type === "nats");
    expect(streams.map(([, { subject }]) => subject)).toEqual(["logs.chat.>", "logs.chat-redis.>", "logs.chat-logs.>"]);
    expect(transforms.labelled.inputs).toEqual(streams.map(([name]) => name));
    expect(sinks.loki.inputs).toEqual(["labelled"]);
  });

  test("names secrets only between quotes, and uses each secret", () => {
    const named = [...text.matchAll(/SECRET\[shipper\.(\w+)\]/g)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual([...shipperSecrets].sort());
    expect(text.match(/"SECRET\[shipper\.\w+\]"\n/g)).toHaveLength(named.length);
  });

  test("reads any secret unchanged when its file's text is between the quotes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const filled = text.replaceAll("SECRET[shipper.LOKI_PASSWORD]", () => quoted(value));
        const { sinks } = parse(filled) as { sinks: { loki: { auth: { password: string } } } };
        expect(sinks.loki.auth.password).toBe(value);
      }),
    );
  });
});

describe("the labels of a line", () => {
  const line = {
    event: { provider: "app" },
    fly: { app: { instance: "148e21ea7e46e8", name: "chat" }, region: "ord" },
    host: "3c2e",
    log: { level: "info" },
    message: "Started GET /api",
    timestamp: "2026-11-01T10:00:00.123456789Z",
  };
  interface Labelled {
    message: string;
    timestamp: string;
    labels: Record<string, string>;
  }
  const labelled = (event: object): Labelled => execute(labelling, event).event as Labelled;

  test("are computed by a program that Vector compiles without warnings", () => {
    expect(check(labelling)).toEqual({ errors: [], warnings: [] });
  });

  test("come from Fly's envelope, and the line keeps its time and text", () => {
    expect(labelled(line)).toMatchObject({
      message: "Started GET /api",
      timestamp: "2026-11-01T10:00:00.123456789Z",
      labels: {
        event_provider: "app",
        fly_app_name: "chat",
        fly_app_instance: "148e21ea7e46e8",
        fly_region: "ord",
        host: "3c2e",
        level: "info",
      },
    });
  });

  test.each(secretLines)("leave no secret in %s", (message, shown) => {
    expect(labelled({ ...line, message }).message).toBe(shown);
  });

  test("are empty if the envelope has none, without an error", () => {
    const { labels, message, timestamp } = labelled({ message: { a: 1 }, fly: { app: { name: "chat" } }, host: 7 });
    expect(labels).toEqual({
      ...Object.fromEntries(Object.keys(logLabels).map((label) => [label, ""])),
      fly_app_name: "chat",
    });
    expect(message).toBe('{"a":1}');
    expect(Math.abs(Date.parse(timestamp) - Date.now())).toBeLessThan(60_000);
  });

  test("are strings for any line", () => {
    const keys = fc.constantFrom("event", "fly", "host", "log", "message", "timestamp", "labels");
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue(), { noNullPrototype: true }), (event) => {
        const { labels, message } = labelled(event);
        for (const label of Object.keys(logLabels)) expect(typeof labels[label]).toBe("string");
        expect(typeof message).toBe("string");
      }),
    );
  });

  test("are the labels that the dashboard queries", () => {
    const known = JSON.parse(readFileSync(new URL("../../dashboards/fly-metrics.json", import.meta.url), "utf8")) as {
      logLabels: string[];
    };
    expect(Object.keys(logLabels).sort()).toEqual(known.logLabels.sort());
  });
});
