import { describe, expect, test } from "vitest";
import { flyChoices, flyCost, kubernetesCost, type CostLine } from "./cost.ts";
import { prices } from "./prices.ts";
import { parseConfig } from "../../stacks/parse.ts";
import type { FlyConfig, KubernetesConfig } from "../../config/schema.ts";
import { rawConfig, type Any } from "../../tests/helpers/stack-files.ts";

const fly = (change: (settings: Record<string, Any>) => void): CostLine[] =>
  flyCost(parseConfig(rawConfig("staging", ({ settings }) => change(settings))).settings as FlyConfig);
const of = (lines: readonly CostLine[], what: string): CostLine | undefined => lines.find((line) => line.what === what);

describe("the cost of a stack on Fly", () => {
  test("grows with machines and their memory", () => {
    expect(
      of(
        fly(() => {}),
        "web",
      )?.usd,
    ).toBe(prices.flyMachine[1024]);
    const larger = fly((settings) => (settings["web"] = { ...settings["web"], count: 2, memoryMb: 2048 }));
    expect(of(larger, "web")?.usd).toBe(2 * (prices.flyMachine[2048] ?? 0));
  });

  test("is omitted if no price is known", () => {
    const odd = fly((settings) => (settings["worker"] = { ...settings["worker"], memoryMb: 1280 }));
    expect(of(odd, "worker")?.usd).toBeUndefined();
    expect(
      of(
        fly(() => {}),
        "PostgreSQL",
      )?.usd,
    ).toBeUndefined();
  });

  test("includes Redis by command, by plan, or by machine and volume", () => {
    const redis = (config: object): CostLine[] => fly((settings) => (settings["fly"].redis = config));
    expect(
      of(
        fly(() => {}),
        "Redis, Upstash",
      ),
    ).toMatchObject({ amount: "by the command", usd: undefined });
    expect(of(redis({ kind: "upstash", name: "a", plan: "Fixed 250MB" }), "Redis, Upstash")?.usd).toBe(10);
    expect(of(redis({ kind: "upstash", name: "a", plan: "Fixed 9TB" }), "Redis, Upstash")?.usd).toBeUndefined();
    expect(of(redis({ kind: "own", sizeGb: 10 }), "Redis, own")?.usd).toBeCloseTo(3.3 + 1.5);
  });

  test("includes enabled options, at the same prices as the list of choices", () => {
    const lines = fly((settings) => (settings["fly"].ipv4 = "dedicated"));
    expect(of(lines, "`fly.ipv4: dedicated`")).toEqual(of(flyChoices, "`fly.ipv4: dedicated`"));
  });
});

test("a stack's requests to a cluster: data and WAL of every instance, and the drill only if enabled", () => {
  const lines = (change: (postgres: Any) => void): string[] =>
    kubernetesCost(
      parseConfig(rawConfig("prod", ({ settings }) => change(settings["kubernetes"].postgres)))
        .settings as KubernetesConfig,
    ).map(({ what, amount }) => `${what}: ${amount}`);
  expect(lines((postgres) => Object.assign(postgres, { instances: 3, sizeGi: 30, walSizeGi: 10 }))).toContain(
    "PostgreSQL, data and WAL: 3 x 1024 MiB, 3 x 40 GiB on disk",
  );
  const drill = /restore drill/;
  expect(lines(() => {}).join()).toMatch(drill);
  expect(lines((postgres) => (postgres.backup.drill = false)).join()).not.toMatch(drill);
});
