import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Flyctl } from "../../components/fly/driver/flyctl.ts";
import { flyctlBinFolder, readCalls, type FaultFile } from "../../sandbox/flyctl/index.ts";

const driver = fileURLToPath(new URL("../../components/fly/driver/main.ts", import.meta.url));
let folder: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "driver-"));
  env = {
    PATH: [flyctlBinFolder, dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter),
    FLYCTL_SANDBOX_DIR: join(folder, "fly"),
    FLY_CONFIG_DIR: join(folder, "config"),
    CHATWOOT_ARTIFACTS_DIR: join(folder, "artifacts"),
    FLY_API_TOKEN: "token",
    STEP_APP: "chat",
    STEP_ORGANIZATION: "personal",
    STEP_SECRET_NAMES: "A",
    STEP_RETIRED_NAMES: "OLD",
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function step(
  name: string,
  { args = [], stdin = "", more = {} }: { args?: string[]; stdin?: string; more?: Record<string, string> } = {},
) {
  const result = await execa(process.execPath, [driver, name, ...args], {
    env: { ...env, ...more },
    extendEnv: false,
    input: stdin,
    reject: false,
    timeout: 60_000,
  });
  return { code: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

function fault(faults: FaultFile): void {
  writeFileSync(join(folder, "fly", "faults.json"), JSON.stringify(faults));
}

const mutating = (): string[] =>
  readCalls(join(folder, "fly"))
    .filter(({ changed }) => changed)
    .map(({ argv }) => argv.slice(0, 2).join(" "));

test("an app is made once, adopted afterwards, and gone is gone", async () => {
  expect(await step("app")).toMatchObject({ code: 0, stdout: '{"app":"chat","adopted":false}' });
  expect(await step("app")).toMatchObject({ code: 0, stdout: '{"app":"chat","adopted":true}' });
  expect((await step("app", { args: ["--delete"] })).code).toBe(0);
  expect((await step("app", { args: ["--delete"] })).code).toBe(0);
  expect(mutating()).toEqual(["apps create", "apps destroy"]);
});

test("an app of another organization is refused by name", async () => {
  await step("app");
  const { code, stderr } = await step("app", { more: { STEP_ORGANIZATION: "hotdash" } });
  expect(code).toBe(1);
  expect(stderr).toBe(
    "app chat: belongs to the organization personal, not to hotdash. Correct chatwoot:fly.organization, or choose another chatwoot:fly.app.",
  );
});

test("a name that somebody else has fails with what flyctl says", async () => {
  await step("app", { more: { STEP_APP: "other" } });
  writeFileSync(join(folder, "fly", "state.json"), JSON.stringify({ otherOrgApps: ["chat"] }));
  expect((await step("app")).stderr).toMatch(
    /^flyctl apps create: failed with exit code 1:.*already been taken.*Mend it and run `pulumi up` again\.$/s,
  );
});

test.each([
  ["no flyctl", { PATH: "/nowhere" }, /^flyctl: is not installed\. Install it from https/],
  ["no token", { FLY_API_TOKEN: "" }, /^FLY_API_TOKEN: is not set\. Run `export FLY_API_TOKEN=/],
])("%s is told before anything is done", async (_what, more, message) => {
  const { code, stderr } = await step("app", { more });
  expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
});

test("an old flyctl is refused", async () => {
  const bin = join(folder, "bin");
  await execa("mkdir", [bin]);
  writeFileSync(join(bin, "flyctl"), '#!/bin/sh\necho \'{"Name":"flyctl","Version":"0.3.226"}\'\n', { mode: 0o755 });
  const { stderr } = await step("app", { more: { PATH: [bin, env["PATH"]].join(delimiter) } });
  expect(stderr).toBe("flyctl: version 0.3.226 is too old. Run `flyctl version upgrade` to get 0.4.14 or newer.");
});

test("secrets arrive as they are, and retired ones go", async () => {
  await step("app");
  await step("secrets", { stdin: JSON.stringify({ OLD: "x" }), more: { STEP_RETIRED_NAMES: "" } });
  const { code, stdout } = await step("secrets", { stdin: JSON.stringify({ A: 'p#"ss' }) });
  expect([code, stdout]).toEqual([0, '{"staged":["A"],"unset":["OLD"]}']);
});

test("a failing command shows all that it said, and no secret", async () => {
  await step("app");
  fault({ calls: [{ match: "secrets import", action: "fail", message: "server says: planted-value is bad" }] });
  const { code, stdout, stderr } = await step("secrets", { stdin: JSON.stringify({ A: "planted-value" }) });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("server says: [secret] is bad");
  expect(stdout + stderr).not.toContain("planted-value");
});

test("what takes too long is stopped with its whole group", async () => {
  await step("app");
  fault({ calls: [{ match: "status", action: "stall" }] });
  Object.assign(process.env, env);
  const begun = Date.now();
  const { ok, failure } = await new Flyctl("chat").attempt(["status", "--app", "chat"], { timeoutSeconds: 1 });
  expect([ok, failure]).toEqual([false, "took longer than 1 seconds and was stopped"]);
  expect(Date.now() - begun).toBeLessThan(15_000);
  const { stdout } = await execa("ps", ["-eo", "args"]);
  expect(
    stdout.split("\n").filter((line) => line.includes("sandbox/flyctl/main.ts") && line.includes("status --app chat")),
  ).toEqual([]);
});
