import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { effectiveSecrets, type Fault } from "flyctl-stand-in";
import { app, database, openFlyAccount, messagesOf, type FlyAccount } from "./fly-account.ts";

const deployed = openFlyAccount();
let account: FlyAccount;
beforeAll(() => deployed.up());
afterAll(() => deployed.dispose());
afterEach(() => account.dispose());

/** An answer that the driver does not ask for again. */
const fail = (match: string, nth = 1): Fault => ({ match, nth, action: "fail", message: `forbidden at ${match}` });
const failAfter = (match: string): Fault => ({ ...fail(match), action: "fail-after" });

/**
 * Every call of a first deployment whose failure ends a run, one run after the other: each run gets further than the
 * one before. App and Redis are created in parallel, so their faults occur together.
 */
const rounds: Fault[][] = [
  [fail("^version"), fail("^version", 2)],
  [fail("^auth whoami"), fail("^auth whoami", 2)],
  [fail("^apps list"), fail("^redis list")],
  [fail("^apps create"), fail("^redis create")],
  [fail("^ips list"), fail("^secrets list")],
  [fail("^ips allocate-v6"), fail("^secrets import")],
  [fail("^ips allocate-v4"), failAfter("^secrets import")],
  [fail("^secrets list", 2)],
  [fail("^config validate")],
  [fail("^machine list")],
  [fail("^secrets sync")],
  [failAfter("^secrets sync")],
  [fail("^deploy")],
  [failAfter("^deploy")],
  [fail("^machine list", 2)],
  [fail("^scale count")],
  [failAfter("^scale count")],
];
/** These are queried in two ways or repeated as a check, so one query may fail; evidence is optional. */
const questions = [
  [fail("^status"), fail("^redis status"), fail("^checks list")],
  [
    ...[failAfter("^apps create"), failAfter("^redis create")],
    ...[fail("^redis status", 2), failAfter("^ips allocate-v6"), failAfter("^ips allocate-v4")],
  ],
];

async function expectConverged(): Promise<void> {
  account.setFaults({});
  const next = await account.up();
  expect(next.ok, messagesOf(next)).toBe(true);
  const { apps, redis } = account.state();
  expect(Object.keys(apps)).toEqual([app]);
  expect(Object.keys(redis)).toEqual([database]);
  const { machines, secretsVersion } = apps[app]!;
  expect(machines.map(({ config, state }) => [config.metadata["fly_process_group"], state]).sort()).toEqual([
    ["web", "started"],
    ["worker", "started"],
  ]);
  // No machine runs without the last secrets.
  for (const machine of machines) expect(machine.secretsVersion).toBe(secretsVersion);
  expect(effectiveSecrets(apps[app]!, secretsVersion)["REDIS_URL"]).toBe(redis[database]!.url);
  expect(Object.keys((await account.preview()).changes)).toEqual(["same"]);
}

test("every call in a first deployment has a fault below", () => {
  account = openFlyAccount();
  const tried = [...rounds.flat(), ...questions.flat()];
  for (const { argv, mutating } of deployed.calls()) {
    const actions = tried.filter(({ match }) => new RegExp(match!).test(argv.join(" "))).map(({ action }) => action);
    expect([argv, [...new Set(actions)]]).toEqual([argv, mutating ? ["fail", "fail-after"] : ["fail"]]);
  }
});

describe("up after a failed call", () => {
  test("continues where it stopped, and converges", async () => {
    account = openFlyAccount();
    for (const faults of rounds) {
      account.setFaults({ calls: faults });
      const failed = await account.up();
      expect(failed).toMatchObject({ ok: false, exitCode: 1 });
      for (const { message } of faults) expect(messagesOf(failed)).toContain(message);
    }
    await expectConverged();
  });

  test.each([
    ["before it creates something", questions[0]!],
    ["after it created something", questions[1]!],
  ])("queries in another way if a query fails %s", async (_, faults) => {
    account = openFlyAccount();
    account.setFaults({ calls: faults });
    const result = await account.up();
    expect(result.ok, messagesOf(result)).toBe(true);
    await expectConverged();
  });
});

describe("destroy after a failed call", () => {
  const things = () => {
    const { apps, redis } = account.state();
    return [...Object.keys(apps), ...Object.keys(redis)];
  };
  const faults: Fault[] = [
    { match: "^(status|redis status|apps list|redis list)", action: "fail", message: "forbidden" },
    ...["^version", "^status", "^apps destroy", "^redis status", "^redis destroy"].map((match) => fail(match)),
    ...["^apps destroy", "^redis destroy"].map(failAfter),
  ];

  test.each(faults.map((fault) => [`${fault.action} at ${fault.match}`, fault] as const))(
    "keeps everything that still exists in the state: %s",
    async (_, fault) => {
      account = await deployed.copy();
      account.setFaults({ calls: [fault] });
      const failed = await account.destroy();
      if (failed.ok) expect(things()).toEqual([]);
      else {
        const kept = (await account.resources()).map(({ urn }) => urn).join("\n");
        if (things().includes(app)) expect(kept).toContain("::fly-app");
        if (things().includes(database)) expect(kept).toContain("::redis-database");
      }

      account.setFaults({});
      const next = await account.destroy();
      expect(next.ok, messagesOf(next)).toBe(true);
      expect(things()).toEqual([]);
      expect(await account.resources()).toEqual([]);
    },
  );
});
