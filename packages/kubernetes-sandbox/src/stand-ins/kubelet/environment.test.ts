import { describe, expect, test } from "vitest";
import { effectiveEnvironment, expand, serviceEnvironment } from "./environment.ts";
import type { Container } from "./pod.ts";
import { base64, podOf, worldOf } from "../test-objects.ts";

describe("expand", () => {
  test.each([
    ["a$(X)b", "a1b"],
    ["$$(X)", "$(X)"],
    ["$(NO)", "$(NO)"],
    ["$X $", "$X $"],
    ["$(X", "$(X"],
    ["$$$(X)", "$1"],
  ])("%s becomes %s", (text, wanted) => expect(expand(text, { X: "1" })).toBe(wanted));
});

describe("effectiveEnvironment", () => {
  const world = worldOf([
    ["Secret", "one", base64({ A: "secret-a", B: "b", REF: "$(A)" })],
    ["ConfigMap", "two", { data: { A: "map-a" } }],
  ]);
  const envFrom = [{ secretRef: { name: "one" } }, { configMapRef: { name: "two" } }];
  const cases: [string, Partial<Container>, Record<string, string>][] = [
    ["later sources win, and secrets are not expanded", { envFrom }, { A: "map-a", B: "b", REF: "$(A)" }],
    ["env wins over envFrom", { envFrom, env: [{ name: "A", value: "own" }] }, { A: "own", B: "b", REF: "$(A)" }],
    [
      "a prefix goes before each name",
      { envFrom: [{ prefix: "P_", configMapRef: { name: "two" } }] },
      { P_A: "map-a" },
    ],
    [
      "only earlier names expand",
      {
        env: [
          { name: "X", value: "$(Y)" },
          { name: "Y", value: "1" },
          { name: "Z", value: "$(Y)" },
        ],
      },
      { X: "$(Y)", Y: "1", Z: "1" },
    ],
    [
      "values of references are not expanded",
      { env: [{ name: "R", valueFrom: { secretKeyRef: { name: "one", key: "REF" } } }] },
      { R: "$(A)" },
    ],
    [
      "a missing optional key sets nothing",
      { env: [{ name: "R", valueFrom: { secretKeyRef: { name: "one", key: "no", optional: true } } }] },
      {},
    ],
    [
      "fields and resources",
      {
        resources: { limits: { memory: "1Gi" }, requests: undefined },
        env: [
          { name: "N", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
          { name: "L", valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
          { name: "M", valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "1Mi" } } },
        ],
      },
      { N: "pod", L: "web", M: "1024" },
    ],
  ];
  test.each(cases)("%s", (_, part, wanted) => {
    const container = { name: "main", image: "app:1", ...part };
    expect(effectiveEnvironment(podOf({ containers: [container] }), container, world)).toEqual(wanted);
  });

  test("has the service variables unless enableServiceLinks is false", () => {
    const service = { spec: { clusterIP: "10.0.0.5", ports: [{ port: 6379, name: "redis" }] } };
    const linked = worldOf([["Service", "my-redis", service]]);
    const container = { name: "main", image: "app:1" };
    expect(effectiveEnvironment(podOf({}), container, linked)).toMatchObject({
      MY_REDIS_PORT: "tcp://10.0.0.5:6379",
      MY_REDIS_SERVICE_PORT_REDIS: "6379",
      MY_REDIS_PORT_6379_TCP_ADDR: "10.0.0.5",
    });
    expect(effectiveEnvironment(podOf({ enableServiceLinks: false }), container, linked)).toEqual({});
    expect(
      serviceEnvironment([{ metadata: { name: "headless" }, spec: { clusterIP: "None", ports: [{ port: 1 }] } }]),
    ).toEqual({});
  });
});
