import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scalingQueues } from "../../../config/queues.ts";
import { connectionsNeeded, explainConnections } from "../../chatwoot/connection-budget.ts";
import { queueScaler, redisLogin, webScaler, type ScalerRedis } from "./scalers.ts";

const own: ScalerRedis = {
  address: { tls: false, host: "chatwoot-redis.chatwoot.svc", port: 6379, database: 0 },
  passwordSecret: { name: "chatwoot-redis", key: "password" },
  verify: "peer",
  authority: undefined,
};

const scaler = queueScaler({
  deployment: "chatwoot-worker",
  least: 2,
  worker: { max: 6, queueLength: 100 },
  queues: scalingQueues,
  redis: own,
  login: "chatwoot-redis",
});

test("web by CPU", () => {
  expect(webScaler("chatwoot-web", 2, { max: 6, cpuPercent: 75 })).toMatchSnapshot();
});

test("worker by waiting jobs", () => {
  expect(scaler).toMatchSnapshot();
});

test("the formula sums queues with a trigger, each by the list that Sidekiq keeps", () => {
  const names = scaler.advanced.scalingModifiers.formula.split(" + ");
  expect(names).toEqual(scaler.triggers.map(({ name }) => name));
  for (const { name, metadata } of scaler.triggers) expect(metadata.listName).toBe(`queue:${name}`);
  // Names in a formula are variable names.
  for (const name of scalingQueues) expect(name).toMatch(/^[a-z_]+$/);
});

test("the password comes from its Secret", () => {
  expect(redisLogin(own)).toEqual({
    secretTargetRef: [{ parameter: "password", name: "chatwoot-redis", key: "password" }],
  });
  expect(JSON.stringify(scaler)).not.toMatch(/password/i);
});

describe("an external Redis", () => {
  const external: ScalerRedis = {
    address: { tls: true, host: "10.0.3.7", port: 6378, database: 2, username: "chatwoot" },
    passwordSecret: { name: "chatwoot-redis-login", key: "password" },
    verify: "peer",
    authority: { kind: "ConfigMap", name: "authority", key: "ca.crt" },
  };

  test("by TLS, user, database and authority", () => {
    const { triggers } = queueScaler({
      deployment: "chatwoot-worker",
      least: 1,
      worker: { max: 6, queueLength: 100 },
      queues: scalingQueues,
      redis: external,
      login: "chatwoot-redis",
    });
    for (const { metadata } of triggers)
      expect(metadata).toMatchObject({ address: "10.0.3.7:6378", enableTLS: "true", databaseIndex: "2" });
    expect(JSON.stringify(triggers)).not.toContain("unsafeSsl");
    expect(redisLogin(external)).toEqual({
      secretTargetRef: [
        { parameter: "password", name: "chatwoot-redis-login", key: "password" },
        { parameter: "username", name: "chatwoot-redis-login", key: "username" },
      ],
      configMapTargetRef: [{ parameter: "ca", name: "authority", key: "ca.crt" }],
    });
  });

  test("an authority in a Secret, and none that is verified", () => {
    const authority = { kind: "Secret", name: "authority", key: "ca.crt" } as const;
    expect(redisLogin({ ...external, authority }).secretTargetRef.at(-1)).toEqual({
      parameter: "ca",
      name: "authority",
      key: "ca.crt",
    });
    const { triggers } = queueScaler({
      deployment: "chatwoot-worker",
      least: 1,
      worker: { max: 6, queueLength: 100 },
      queues: scalingQueues,
      redis: { ...external, verify: "none" },
      login: "chatwoot-redis",
    });
    expect(triggers[0]?.metadata).toMatchObject({ unsafeSsl: "true" });
  });
});

describe("the connections of a rollout", () => {
  const tier = { count: fc.integer({ min: 1, max: 50 }), threads: fc.integer({ min: 1, max: 64 }) };
  const demands = fc.record({
    web: fc.record(tier),
    worker: fc.record({ count: tier.count, concurrency: tier.threads }),
    preparation: fc.constant(1),
  });

  test("include the extra pods, each with all of its threads", () => {
    fc.assert(
      fc.property(demands, fc.integer({ min: 0, max: 3 }), (demand, beside) => {
        const more = beside * (demand.web.threads + demand.worker.concurrency);
        expect(connectionsNeeded({ ...demand, beside })).toBe(connectionsNeeded(demand) + more);
      }),
    );
  });

  test("are explained by a correct sum", () => {
    fc.assert(
      fc.property(demands, fc.integer({ min: 0, max: 3 }), (demand, beside) => {
        const [sum = "", total] = explainConnections({ ...demand, beside }).split(" = ");
        const terms = sum.split(" + preparation ");
        const product = (text: string) =>
          text
            .replace(/[()]/g, "")
            .split(" x ")
            .map((factor) => factor.split(" + ").reduce((all, each) => all + Number(each), 0))
            .reduce((all, each) => all * each, 1);
        const [web = "", worker = ""] = (terms[0] ?? "").split(" + worker ");
        expect(product(web.replace("web ", "")) + product(worker) + Number(terms[1])).toBe(Number(total));
      }),
    );
  });
});
