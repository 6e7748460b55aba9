import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callsOfFirstDeployment } from "./crash.ts";
import type { RunCommand } from "../../sandbox/cli/run-stack.ts";
import { openSandbox, type Overlay } from "./support.ts";

const sandbox = openSandbox();
const app = "hotdash-chatwoot";
const newImage = "chatwoot/chatwoot:v4.17.0";
/** Changes accumulate from test to test, as in an environment's life. */
let standing: Overlay = {};

const run = (command: RunCommand, overlay = standing) => sandbox.runHere(command, "staging", { overlay });
/** By the command line: the first run, and those that fail. */
const runByCommand = (command: RunCommand, overlay = standing, exit = 0) =>
  sandbox.run([command, "--stack", "staging"], { overlay, exit });

const appState = () => sandbox.fly.state().apps[app]!;
const processMachines = () =>
  appState().machines.filter(({ config }) => config.metadata["fly_process_group"] !== "fly_app_release_command");
const commands = (from: number) =>
  sandbox.fly
    .calls()
    .slice(from)
    .filter(({ mutating }) => mutating)
    .map(({ argv }) => argv.slice(0, 2).join(" "));

beforeAll(() => runByCommand("up"));
afterAll(() => sandbox.dispose());

/** The operations of a run with these changes on Fly, and the order in which machines start. */
async function change(overlay: Overlay) {
  standing = {
    config: { ...standing.config, ...overlay.config },
    secrets: { ...standing.secrets, ...overlay.secrets },
  };
  const planned = (await run("preview")).changes;
  const [calls, starts] = [sandbox.fly.calls().length, sandbox.fly.starts().length];
  const { changes } = await run("up");
  return {
    planned,
    changes,
    commands: commands(calls),
    started: sandbox.fly
      .starts()
      .slice(starts)
      .map(({ kind, group, image }) => [kind === "process" ? group : kind, image]),
  };
}

describe("the first deployment", () => {
  test("makes as many flyctl calls as the kill tests assume", () => {
    expect(sandbox.fly.calls()).toHaveLength(callsOfFirstDeployment);
  });

  test("creates app and Redis, then stages the secrets, then releases, then sets the counts", () => {
    const order = commands(0);
    const unordered = [...order].sort();
    const addresses = ["ips allocate-v6", "ips allocate-v4"];
    expect(unordered).toEqual(
      [
        ...addresses,
        "apps create",
        "redis create",
        "secrets import",
        "secrets sync",
        "deploy --app",
        "scale count",
      ].sort(),
    );
    const at = (command: string) => order.indexOf(command);
    expect(at("apps create")).toBeLessThan(at("secrets import"));
    expect(at("redis create")).toBeLessThan(at("secrets import"));
    for (const address of addresses) {
      expect(at("apps create")).toBeLessThan(at(address));
      expect(at(address)).toBeLessThan(at("deploy --app"));
    }
    const inOrder = ["secrets import", "secrets sync", "deploy --app", "scale count"];
    expect(order.filter((command) => inOrder.includes(command))).toEqual(inOrder);
  });

  test("prepares on a separate machine before web and worker start", () => {
    const [first, ...rest] = sandbox.fly.starts().map(({ kind, group }) => (kind === "process" ? group : kind));
    expect(first).toBe("release_command");
    expect(rest.sort()).toEqual(["web", "worker"]);
  });

  test("gives the same environment to preparation, web and worker", () => {
    const [prepare, web, worker] = sandbox.fly.starts().map(({ env }) => settingsOf(env));
    expect(web).toEqual(prepare);
    expect(worker).toEqual(prepare);
    expect(prepare).toMatchObject({
      SECRET_KEY_BASE: expect.stringMatching(/^[0-9a-f]{128}$/),
      REDIS_URL: sandbox.fly.state().redis["hotdash-chatwoot-cache"]!.url,
      POSTGRES_HOST: "aws-0-us-east-1.pooler.supabase.com",
      POSTGRES_PORT: "5432",
      POSTGRES_USERNAME: "postgres.sandboxproject",
      POSTGRES_PASSWORD: "sandbox-database-password",
      POSTGRES_DATABASE: "postgres",
      PGSSLMODE: "require",
      FRONTEND_URL: "https://hotdash-chatwoot.fly.dev",
      STORAGE_ACCESS_KEY_ID: "sandbox-storage-access-key-id",
      STORAGE_SECRET_ACCESS_KEY: "sandbox-storage-secret-access-key",
    });
    expect(Object.keys(prepare!).filter((name) => /^SMTP_(USERNAME|PASSWORD|AUTHENTICATION)$/.test(name))).toEqual([]);
    expect(JSON.stringify(prepare)).not.toMatch(/replace_with|\$\(/);
  });
});

describe("a single change", () => {
  test("a new image: only the release, prepared first", async () => {
    const { planned, changes, commands, started } = await change({ config: { "chatwoot:image": newImage } });
    expect(planned).toEqual(["update deployment-release"]);
    expect(changes).toEqual(planned);
    expect(commands).toEqual(["secrets sync", "deploy --app"]);
    const [first, ...rest] = started.map(([name]) => name);
    expect(first).toBe("release_command");
    expect(rest.sort()).toEqual(["web", "worker"]);
    for (const [, image] of started) expect(image).toContain(newImage);
    expect((await run("up")).changes).toEqual([]);
  });

  test("a count: only the counts", async () => {
    const overlay = { config: { "chatwoot:web": { count: 2 } } };
    const { planned, changes, commands, started } = await change(overlay);
    expect(planned).toEqual(["update deployment-scale"]);
    expect(changes).toEqual(planned);
    expect(commands).toEqual(["scale count"]);
    expect(started.map(([name]) => name)).toEqual(["web"]);
    expect(processMachines()).toHaveLength(3);
  });

  test("a secret's value: staged, then released", async () => {
    const value = "another-storage-secret";
    const { planned, changes, commands } = await change({ secrets: { "chatwoot:storageSecretAccessKey": value } });
    expect(planned).toEqual(["update app-secrets-staged", "update deployment-release"]);
    expect(changes).toEqual(planned);
    expect(commands).toEqual(["secrets import", "secrets sync", "deploy --app"]);
    for (const { env } of sandbox.fly.starts().slice(-4)) expect(env["STORAGE_SECRET_ACCESS_KEY"]).toBe(value);
  });

  test("the address: the release, and the certificate of a custom domain", async () => {
    const overlay = { config: { "chatwoot:url": "https://support.example.com" } };
    const { planned, changes, commands } = await change(overlay);
    expect(planned).toEqual(["update deployment-release", "create certificate", "create certificate-host"]);
    expect(changes).toEqual(planned);
    expect(commands).toEqual(["secrets sync", "deploy --app", "certs add"]);
    for (const { env } of sandbox.fly.starts().slice(-4))
      expect(env["FRONTEND_URL"]).toBe("https://support.example.com");
  });
});

test("keeps the old machines serving when the preparation fails, and continues when it succeeds", async () => {
  const before = processMachines();
  const image = "chatwoot/chatwoot:v4.18.0";
  standing = { ...standing, config: { ...standing.config, "chatwoot:image": image } };
  sandbox.fly.setFaults({ releaseCommand: { exitCode: 1, logs: ["PG::ConnectionBad"] } });
  const { output } = await runByCommand("up", standing, 1);
  expect(output).toContain("PG::ConnectionBad");
  expect(output).toContain("deployment-release");
  expect(processMachines()).toEqual(before);
  expect(before.map(({ state }) => state)).toEqual(["started", "started", "started"]);

  sandbox.fly.setFaults({});
  expect((await run("up")).changes).toEqual(["update deployment-release"]);
  for (const { config } of processMachines()) expect(config.image).toContain(image);
  expect((await run("up")).changes).toEqual([]);
});

describe("destroy", () => {
  test("is rejected by its guard, and changes nothing", async () => {
    const [state, calls] = [sandbox.fly.state(), sandbox.fly.calls().length];
    const { output } = await runByCommand("destroy", standing, 1);
    expect(output).toContain("`npm run sandbox -- destroy --unprotect --stack staging`");
    expect(output).toContain("destroy-guard cannot be deleted because it is protected");
    expect(sandbox.fly.state()).toEqual(state);
    expect(commands(calls)).toEqual([]);
  });

  test("leaves nothing once the protection is removed", async () => {
    await sandbox.runHere("destroy", "staging", { overlay: standing, unprotect: true });
    const { apps, redis } = sandbox.fly.state();
    expect({ apps, redis }).toEqual({ apps: {}, redis: {} });
    expect(sandbox.state("staging").deployment.resources ?? []).toEqual([]);
  });
});

/** Without the variables that Fly itself gives each machine. */
function settingsOf(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(FLY_|PRIMARY_REGION$|RELEASE_COMMAND$)/.test(name)),
  );
}
