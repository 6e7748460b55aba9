import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Flyctl } from "../../../components/driver/flyctl.ts";
import { plainRun } from "../../../components/driver/run.ts";
import { effectiveSecrets } from "flyctl-stand-in";
import { DriverWorld } from "./driver-world.ts";

let world: DriverWorld;
beforeEach(() => {
  world = new DriverWorld();
});
afterEach(() => world.dispose());

const step: DriverWorld["step"] = (...args) => world.step(...args);

test("creates an app once, adopts it afterwards, and accepts its absence on deletion", async () => {
  expect(await step("app")).toMatchObject({ code: 0, stdout: '{"app":"chat","adopted":false}' });
  expect(await step("app")).toMatchObject({ code: 0, stdout: '{"app":"chat","adopted":true}' });
  expect((await step("app", { args: ["--delete"] })).code).toBe(0);
  expect((await step("app", { args: ["--delete"] })).code).toBe(0);
  expect(world.calls(true)).toEqual(["apps create", "apps destroy"]);
});

test("adopts an app of the personal organization by its real slug too", async () => {
  await step("app");
  const inputs = { ORGANIZATION: "jane-doe-123" };
  expect((await step("app", { inputs })).stdout).toBe('{"app":"chat","adopted":true}');
  expect(await world.converge("app", { inputs: { ...inputs, APP: "other" } })).toMatchObject({ adopted: false });
});

test("rejects an app of another organization, and names both", async () => {
  await step("app");
  const { code, stderr } = await step("app", { inputs: { ORGANIZATION: "hotdash" } });
  expect(code).toBe(1);
  expect(stderr).toBe(
    "app chat: belongs to the organization personal, not to hotdash. Correct chatwoot:fly.organization, or choose another chatwoot:fly.app.",
  );
});

test("fails with flyctl's message for a name that another user has", async () => {
  await step("app", { inputs: { APP: "other" } });
  writeFileSync(join(world.folder, "fly", "state.json"), JSON.stringify({ otherOrgApps: ["chat"] }));
  expect((await step("app")).stderr).toMatch(
    /^flyctl apps create: failed with exit code 1:.*already been taken.*Fix the cause and run `pulumi up` again\.$/s,
  );
});

test.each([
  ["no flyctl", { PATH: "/nowhere" }, /^flyctl: is not installed\. Install it from https/],
  ["no token", { FLY_API_TOKEN: "" }, /^FLY_API_TOKEN: is not set\. Run `export FLY_API_TOKEN=/],
])("%s is reported before any change", async (_what, more, message) => {
  const { code, stderr } = await step("app", { env: more });
  expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
});

test("rejects an old flyctl", async () => {
  const bin = join(world.folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "flyctl"), '#!/bin/sh\necho \'{"Name":"flyctl","Version":"0.3.226"}\'\n', { mode: 0o755 });
  const { stderr } = await step("app", { env: { PATH: [bin, world.env["PATH"]].join(delimiter) } });
  expect(stderr).toBe("flyctl: version 0.3.226 is too old. Run `flyctl version upgrade` to get 0.4.14 or newer.");
});

describe("secrets", () => {
  const secrets = (values: Record<string, string>, retired = "", last?: unknown) =>
    step("secrets", {
      secrets: values,
      inputs: { RETIRED_NAMES: retired },
      ...(last === undefined ? {} : { env: { PULUMI_COMMAND_STDOUT: JSON.stringify(last) } }),
    });
  const stored = () => {
    const chat = world.state.apps["chat"]!;
    return Object.keys(effectiveSecrets(chat, chat.secretsVersion)).sort();
  };

  test("are stored unchanged, and returned with Fly's digests", async () => {
    await step("app");
    const { code, stdout } = await secrets({ A: 'p#"ss' });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      digests: { A: expect.stringMatching(/^[0-9a-f]{16}$/) as unknown },
      unset: [],
      fingerprint: "",
      repair: "",
    });
    const other = JSON.parse((await secrets({ A: "other" })).stdout) as { digests: Record<string, string> };
    expect(other.digests["A"]).not.toBe((JSON.parse(stdout) as typeof other).digests["A"]);
  });

  test("are unset when retired or no longer configured; other secrets are kept", async () => {
    await step("app");
    await secrets({ A: "1", OURS: "2", RETIRED: "3", THEIRS: "4" });
    const { stdout } = await secrets({ A: "1" }, "RETIRED NEVER_THERE", { digests: { A: "x", OURS: "y" } });
    expect(JSON.parse(stdout)).toMatchObject({ unset: ["OURS", "RETIRED"] });
    expect(stored()).toEqual(["A", "THEIRS"]);
  });

  describe("with root keys that the state has lost", () => {
    const guarded = (env: Record<string, string> = {}) =>
      step("secrets", {
        secrets: { SECRET_KEY_BASE: "planted-new" },
        inputs: { RETIRED_NAMES: "", GUARDED_NAMES: "SECRET_KEY_BASE" },
        env,
      });
    const key = () => {
      const chat = world.state.apps["chat"]!;
      return effectiveSecrets(chat, chat.secretsVersion)["SECRET_KEY_BASE"];
    };
    const fly = (...args: string[]) =>
      execa("flyctl", [...args, "--app", "chat"], { env: world.env, cwd: world.folder, reject: false });
    const deploy = async () => {
      const toml = `app = "chat"\n[deploy]\nrelease_command = "true"\n[processes]\nweb = "sleep inf"\n`;
      writeFileSync(join(world.folder, "fly.toml"), toml);
      return (await fly("deploy", "--image", "chatwoot/chatwoot:v4.16.0", "--ha=false", "--yes")).exitCode;
    };
    const removeMachines = () => world.change(({ apps }) => (apps["chat"]!.machines = []));
    const staysOld = async () => {
      const result = await guarded();
      expect(key()).toBe("planted-old");
      expect(result.code).toBe(1);
      expect(result.stderr).not.toContain("planted");
      return result.stderr;
    };
    beforeEach(async () => {
      await step("app");
      await fly("secrets", "set", "SECRET_KEY_BASE=planted-old", "--stage");
    });

    test("rejects an app with machines", async () => {
      expect(await deploy()).toBe(0);
      expect(await staysOld()).toContain(
        "app chat: runs with SECRET_KEY_BASE from another deployment, which this stack would overwrite",
      );
    });

    test("rejects an app with a release and no machines, with the command that reads the keys", async () => {
      expect(await deploy()).toBe(0);
      removeMachines();
      expect(await staysOld()).toBe(
        "app chat: has no machines, but a release that used its own SECRET_KEY_BASE, which this stack would overwrite with " +
          "new values: all users would be signed out, and encrypted data would be lost. Start a machine of this release: " +
          "`fly scale count web=1 --app chat`. Then keep its values in chatwoot:keptSecrets (docs/migration.md): `pulumi config set " +
          "--secret chatwoot:keptSecrets --stack test`. To discard them instead: `fly secrets unset SECRET_KEY_BASE --app chat --stage`.",
      );
    });

    test("rejects an app whose only release failed, because the preparation may have used the keys", async () => {
      world.faults({ releaseCommand: { exitCode: 1 } });
      expect(await deploy()).toBe(1);
      removeMachines();
      expect(await staysOld()).toContain("has no machines, but a release");
    });

    test("an app whose only release failed converges if the state has the last result", async () => {
      world.faults({ releaseCommand: { exitCode: 1 } });
      expect(await deploy()).toBe(1);
      removeMachines();
      expect((await guarded({ PULUMI_COMMAND_STDOUT: '{"digests":{}}' })).code).toBe(0);
      expect(key()).toBe("planted-new");
    });

    test("an interrupted first deployment has no release, and converges", async () => {
      expect((await guarded()).code).toBe(0);
      expect(key()).toBe("planted-new");
    });

    test("writes nothing while the releases cannot be read", async () => {
      world.faults({ calls: [{ match: "^releases", action: "fail", message: "planted failure: forbidden" }] });
      expect((await guarded()).code).toBe(1);
      expect(key()).toBe("planted-old");
    });
  });

  test("are never shown, whatever a failing command prints", async () => {
    await step("app");
    world.faults({
      calls: [{ match: "secrets import", action: "fail", message: "server says: planted-value is not valid" }],
    });
    const { code, stdout, stderr } = await secrets({ A: "planted-value" });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("server says: [secret] is not valid");
    expect(stdout + stderr + world.evidence().text).not.toContain("planted-value");
  });
});

describe("what flyctl gets and leaves", () => {
  /** What `pulumi up` in CI has, beside the token of Fly. */
  const foreign = {
    PULUMI_CONFIG_PASSPHRASE: "planted-passphrase",
    PULUMI_ACCESS_TOKEN: "planted-pulumi-token",
    AWS_ACCESS_KEY_ID: "planted-backend-id",
    AWS_SECRET_ACCESS_KEY: "planted-backend-key",
    AWS_SESSION_TOKEN: "planted-session",
    GOOGLE_APPLICATION_CREDENTIALS: "planted-google",
    AZURE_STORAGE_KEY: "planted-azure",
    GITHUB_TOKEN: "planted-github",
    GH_TOKEN: "planted-gh",
    NODE_AUTH_TOKEN: "planted-npm",
    ACTIONS_RUNTIME_TOKEN: "planted-actions",
    KUBECONFIG: "planted-kubeconfig",
  };

  test("the environment, of the driver too, has no secret of another service", async () => {
    const bin = join(world.folder, "bin");
    mkdirSync(bin);
    const seen = (program: string) => join(world.folder, `${program}-environment`);
    for (const program of ["flyctl", "ps"])
      writeFileSync(join(bin, program), `#!/bin/sh\nenv >> "${seen(program)}"\n`, { mode: 0o755 });
    // Of a killed run, so that the driver asks ps too.
    mkdirSync(join(world.folder, "config", "chat"), { recursive: true });
    writeFileSync(join(world.folder, "config", "chat", "running"), String(process.pid));
    const path = [bin, world.env["PATH"]].join(delimiter);
    await step("window", { inputs: { RELEASE_TIMEOUT_MINUTES: "1" }, env: { ...foreign, PATH: path } });
    const byFlyctl = readFileSync(seen("flyctl"), "utf8");
    expect(byFlyctl).toContain("FLY_API_TOKEN=token");
    expect(byFlyctl).not.toMatch(/^STEP_/m);
    expect(byFlyctl + readFileSync(seen("ps"), "utf8")).not.toContain("planted");
  });

  const configFiles = () => {
    const files = readdirSync(join(world.folder, "config"), { recursive: true, withFileTypes: true });
    return files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  };

  test("logs are removed after each call", async () => {
    await step("app");
    expect((await step("secrets", { secrets: { A: "planted-value" }, inputs: { RETIRED_NAMES: "" } })).code).toBe(0);
    await step("redis", { inputs: { REDIS: "cache", REGION: "ord", PLAN: "" } });
    expect(world.state.redis["cache"]!.url).toMatch(/:.+@/);
    expect(configFiles().filter((file) => file.endsWith(".log"))).toEqual([]);
  });

  test("logs of a killed run are removed by the next one", async () => {
    await step("app");
    await world.flyctl("chat", "secrets", "set", "A=planted-value", "--stage", "--app", "chat");
    const logs = () => configFiles().filter((file) => file.endsWith(".log"));
    expect(logs()).toHaveLength(1);
    await step("app");
    expect(logs()).toEqual([]);
  });
});

test("reports a rejected token before any change", async () => {
  world.faults({
    calls: [{ match: "^auth whoami", action: "fail", message: "Not authorized to access this resource" }],
  });
  const { code, stderr } = await step("app");
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /^FLY_API_TOKEN: Fly rejected the token \(Error: Not authorized to access this resource\)\. Run `export FLY_API_TOKEN=/,
    ),
  ]);
  expect(world.calls(true)).toEqual([]);
});

test("retries a repeatable call after a temporary failure", async () => {
  await step("app");
  world.faults({ calls: [{ match: "^secrets import", nth: 1, action: "fail", message: "failed to import: down" }] });
  const { code, stderr } = await step("secrets", { secrets: { A: "1" }, inputs: { RETIRED_NAMES: "" } });
  expect([code, stderr]).toEqual([0, "flyctl secrets import failed temporarily; retrying"]);
});

test.each([
  ["apps create", "app", {}, '{"app":"chat","adopted":false}'],
  ["redis create", "redis", { REDIS: "cache", REGION: "ord", PLAN: "" }, "rediss?://"],
  ["certs add", "certificate", { HOSTNAME: "chat.example.com", ADDRESSES: "" }, "records"],
])("%s is retried after 429, and adopted after a failure that came too late", async (command, name, inputs, result) => {
  if (name === "certificate") await step("app");
  const message = "429 Too Many Requests";
  world.faults({
    calls: [
      { match: `^${command}`, nth: 1, action: "fail", message },
      { match: `^${command}`, nth: 2, action: "fail-after", message },
    ],
  });
  const before = world.calls().length;
  const { code, stdout, stderr } = await step(name, { inputs });
  expect([code, stderr]).toEqual([0, expect.stringContaining(`flyctl ${command} failed temporarily; retrying`)]);
  expect(stdout).toMatch(new RegExp(result));
  expect(
    world
      .calls()
      .slice(before)
      .filter((call) => call === command),
  ).toHaveLength(2);
});

test("a creating call that Fly answered is not retried", async () => {
  world.change(({ otherOrgApps }) => otherOrgApps.push("chat"));
  expect((await step("app")).stderr).not.toContain("retrying");
  expect(world.calls().filter((call) => call === "apps create")).toHaveLength(1);
});

test("stops a call that exceeds its limit, with its process group", async () => {
  await step("app");
  world.faults({ calls: [{ match: "status", action: "stall" }] });
  Object.assign(process.env, world.env);
  const begun = Date.now();
  const { ok, failure } = await new Flyctl(plainRun(), "chat").attempt(["status", "--app", "stalls"], {
    timeoutSeconds: 1,
  });
  expect([ok, failure]).toEqual([false, "took longer than 1 seconds and was stopped"]);
  expect(Date.now() - begun).toBeLessThan(60_000);
  const { stdout } = await execa("ps", ["-eo", "args"]);
  expect(
    stdout
      .split("\n")
      .filter((line) => line.includes("packages/flyctl-stand-in/src/main.ts") && line.includes("status --app stalls")),
  ).toEqual([]);
});
