import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunResult } from "pulumi-embedded-engine";
import { app, openFlyAccount, messagesOf, type Change } from "./fly-account.ts";
import { until } from "./until.ts";

/** The life of a staging environment; each part continues from the one before. */
const account = openFlyAccount();
let standing: Change[] = [];
const now: Change = (values) => standing.forEach((change) => change(values));

const up = () => account.up(now);
const upWith = (change: Change): Promise<RunResult> => {
  standing = [...standing, change];
  return up();
};
async function expectOk(run: Promise<RunResult>): Promise<RunResult> {
  const result = await run;
  expect(result.ok, messagesOf(result)).toBe(true);
  return result;
}
const machines = () =>
  account
    .state()
    .apps[app]!.machines.map(({ config, state, cordoned }) =>
      [
        config.metadata["fly_process_group"],
        state,
        /:([^@]*)/.exec(config.image)![1],
        ...(cordoned ? ["cordoned"] : []),
      ].join(" "),
    )
    .sort();
const callsSince = (from: number, words: string) =>
  account
    .calls()
    .slice(from)
    .filter(({ argv }) => argv.join(" ").startsWith(words));
const image =
  (version: string): Change =>
  ({ settings }) => {
    settings["image"] = `chatwoot/chatwoot:${version}`;
  };

beforeAll(async () => {
  await expectOk(upWith(image("v4.16.0")));
});
afterAll(() => account.dispose());

test("changes nothing without a change, and reads once what runs", async () => {
  const from = account.calls().length;
  expect((await expectOk(up())).changes).toEqual({ same: expect.any(Number) as number });
  expect(
    account
      .calls()
      .slice(from)
      .map(({ argv }) => argv.join(" ").replace(/ --app .*/, ""))
      .sort(),
  ).toEqual(["machine list", "releases", "secrets list"]);
});

test("scales up, and each web machine is healthy before the run ends", async () => {
  await expectOk(
    upWith(({ settings }) => {
      settings["web"].count = 3;
    }),
  );
  expect(machines()).toEqual([...Array<string>(3).fill("web started v4.16.0"), "worker started v4.16.0"]);
});

describe("a machine whose update fails", () => {
  test("is named, with the version of the others", async () => {
    account.setFaults({ updateError: [{ group: "web", nth: 2 }] });
    const failed = await upWith(image("v4.16.1"));
    expect(failed.ok).toBe(false);
    expect(messagesOf(failed)).toMatch(/machines still run the previous release, the others the new release:\n +web /);
    expect(new Set(machines().map((line) => line.split(" ")[2]))).toEqual(new Set(["v4.16.0", "v4.16.1"]));
  });

  test("is updated by the next run", async () => {
    account.setFaults({});
    await expectOk(up());
    expect(machines()).toEqual([...Array<string>(3).fill("web started v4.16.1"), "worker started v4.16.1"]);
  });
});

test("waits for a short lease, and for a longer one until you clear it", async () => {
  account.setFaults({ leaseHeld: 2 });
  await expectOk(upWith(image("v4.16.2")));
  account.setFaults({ leaseHeld: 600 });
  const from = account.calls().length;
  const running = upWith(image("v4.16.3"));
  const deployments = () => callsSince(from, "deploy");
  // It asks for leases before the deployment and after its failure.
  await until("the lease to be awaited", () => callsSince(from, "machine leases view").length === 2);
  expect(deployments().map(({ exitCode }) => exitCode)).toEqual([1]);
  account.setFaults({});
  const ids = account.state().apps[app]!.machines.map(({ id }) => id);
  await account.fly(["machine", "leases", "clear", ...ids, "--app", app]);
  await expectOk(running);
  expect(deployments().map(({ exitCode }) => exitCode)).toEqual([1, 0]);
  expect(machines()[0]).toBe("web started v4.16.3");
});

test("reports that the preparation took too long; the next run waits for it and prepares again", async () => {
  account.setFaults({ releaseCommandSeconds: 3600 });
  const failed = await upWith(image("v4.16.4"));
  expect(messagesOf(failed)).toContain("timeout reached waiting for machine's state to change");
  expect(messagesOf(failed)).toMatch(/The preparation continues on machine \w+, and the next deployment waits for it/);
  expect(machines().filter((line) => /^(web|worker) started v4\.16\.3$/.test(line))).toHaveLength(4);
  account.setFaults({});
  const from = account.calls().length;
  const next = up();
  const preparing = () =>
    account
      .state()
      .apps[app]!.machines.filter(({ config }) => config.metadata["fly_process_group"] === "fly_app_release_command")
      .length;
  await until("the next run waits", () => callsSince(from, "config validate").length > 0, 60_000);
  expect([preparing(), callsSince(from, "deploy").length]).toEqual([1, 0]);
  account.endPreparation();
  await expectOk(next);
  expect(new Set(machines().map((line) => line.split(" ")[2]))).toEqual(new Set(["v4.16.4"]));
});

test("gives a domain its certificate, and prints the DNS records", async () => {
  const result = await expectOk(
    upWith(({ settings }) => {
      settings["url"] = "https://chat.example.com";
    }),
  );
  expect(account.state().apps[app]!.certificates).toMatchObject([{ hostname: "chat.example.com" }]);
  expect(JSON.stringify(result.outputs["dnsRecords"])).toContain("chat.example.com");
});

describe("a pool that web and worker fill", () => {
  const full: Change = ({ settings }) => {
    settings["web"] = { count: 1, threads: 5 };
    settings["worker"] = { count: 1, concurrency: 10 };
  };

  test("stops them for a migration, and starts them again", async () => {
    await expectOk(upWith(full));
    const from = account.calls().length;
    await expectOk(upWith(image("v4.17.0")));
    expect(callsSince(from, "machine stop")).toHaveLength(1);
    expect(machines()).toEqual(["web started v4.17.0", "worker started v4.17.0"]);
  });

  test("starts its machines again when the migration fails", async () => {
    account.setFaults({ releaseCommand: { exitCode: 1, logs: ["PG::UndefinedFile"] } });
    const failed = await upWith(image("v4.17.1"));
    expect(messagesOf(failed)).toContain("Every machine still runs the previous release and is healthy");
    expect(machines()).toEqual(["web started v4.17.0", "worker started v4.17.0"]);
    account.setFaults({});
    await expectOk(up());
    expect(machines()).toEqual(["web started v4.17.1", "worker started v4.17.1"]);
  });

  test("starts them again after a killed run on another computer, even if its change is reverted", async () => {
    // The window is open as a killed run leaves it, and the program has not changed since.
    account.openWindow();
    expect(machines()).toEqual(["web stopped v4.17.1 cordoned", "worker stopped v4.17.1 cordoned"]);
    expect(messagesOf(await expectOk(account.preview(now)))).toMatch(
      /web \w+, worker \w+ stopped or cordoned\. `pulumi up` starts and uncordons them/,
    );
    await expectOk(up());
    expect(machines()).toEqual(["web started v4.17.1", "worker started v4.17.1"]);
    expect((await expectOk(up())).changes).toEqual({ same: expect.any(Number) as number });
  });
});

test("keeps evidence of every deployment, including failed ones, without a secret", () => {
  const folders = readdirSync(account.artifacts).filter((name) => /^deployment-\d{8}T\d{6}Z/.test(name));
  expect(folders.length).toBeGreaterThan(0);
  const texts = folders.flatMap((folder) =>
    readdirSync(join(account.artifacts, folder)).map((name) =>
      readFileSync(join(account.artifacts, folder, name), "utf8"),
    ),
  );
  const all = texts.join("\n");
  // Not toMatch, which would print the whole text.
  expect(/"outcome": "failed"/.test(all)).toBe(true);
  expect(/"image_ref": "docker-hub-mirror\.fly\.io\/chatwoot\/chatwoot:v4\.17\.1/.test(all)).toBe(true);
  for (const secret of ["sandbox-database-password", "sandbox-storage-secret-access-key"])
    expect(all.includes(secret), secret).toBe(false);
});

test("is destroyed, and leaves nothing", async () => {
  expect((await account.destroy()).ok).toBe(true);
  const { apps, redis } = account.state();
  expect([Object.keys(apps), Object.keys(redis)]).toEqual([[], []]);
});
