import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";
import { messagesOf, openFlyAccount } from "../sandbox/fly-account.ts";
import { importsOf, manifestOf, newProject, unpackedPackage } from "./package.ts";

/* A project made from the template, which has nothing of this repository but the unpacked tarball. */

const parent = mkdtempSync(join(realpathSync(tmpdir()), "package-"));
const folder = join(parent, "project");
const installed = join(folder, "node_modules/chatwoot-pulumi");
const account = openFlyAccount();

beforeAll(async () => newProject(folder, await unpackedPackage(parent)));
afterAll(() => {
  account.dispose();
  rmSync(parent, { recursive: true, force: true });
});

const changes = async (run: ReturnType<typeof account.upOf>): Promise<string[]> => {
  const result = await run;
  expect([result.ok, messagesOf(result)]).toEqual([true, expect.any(String)]);
  return result.steps.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
};

test("imports only what it contains and depends on", () => {
  const { packages, missing } = importsOf(installed);
  const { dependencies } = manifestOf(installed);
  // Loaded on demand by `adopt` and for CHATWOOT_STATE_FILE, which name what they need (ops/lib/development.ts).
  expect(missing).toEqual(["ops/commands/adopt.js: ../adopt/planned.js"]);
  expect([...packages].filter((name) => !isBuiltin(name) && !(name in dependencies))).toEqual([
    "pulumi-embedded-engine",
  ]);
});

test("the commands start, and name what only a clone of the repository has", async () => {
  const ops = (...args: string[]) =>
    execa("node", [join(installed, manifestOf(installed).bin["ops"]!), ...args], { cwd: folder, reject: false });
  const [help, adopt] = await Promise.all([ops("--help"), ops("adopt", "--stack", "staging")]);
  expect(help).toMatchObject({ exitCode: 0, stderr: "" });
  expect(adopt).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^adopt: is not in the installed package\. Clone/),
  });
});

test("the state of a program from its sources has nothing to change", async () => {
  expect((await account.up()).ok).toBe(true);
  expect(await changes(account.previewOf(folder))).toEqual([]);
});

const program = `import * as random from "@pulumi/random";
import chatwoot, { type StackOutputs } from "chatwoot-pulumi";
import { App } from "chatwoot-pulumi/fly";

export default async (): Promise<StackOutputs> => {
  new random.RandomPet("mascot");
  new App("status", { app: "hotdash-status", organization: "hotdash", holdsData: false });
  return chatwoot();
};
`;

test("its own resource and a single component are deployed beside the stack's", async () => {
  writeFileSync(join(folder, "index.ts"), program);
  expect((await changes(account.upOf(folder))).sort()).toEqual(["create mascot", "create status", "create status-app"]);
  expect(account.state().apps).toHaveProperty("hotdash-status");
});

test("the program has types", async () => {
  writeFileSync(join(folder, "wrong.ts"), program.replace("holdsData: false", "holdsDat: 1"));
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2024"];
  const local = { cwd: folder, preferLocal: true, localDir: projectFolder, reject: false } as const;
  const { stdout } = await execa("tsc", [...options, "index.ts", "wrong.ts"], local);
  expect(stdout.match(/^\S+/gm)).toEqual([expect.stringMatching(/^wrong\.ts\(\d+,\d+\):$/)]);
});

test("a second version of the package updates only what differs, and replaces nothing", async () => {
  const edit = (file: string, from: RegExp, to: string): void => {
    const text = readFileSync(join(installed, file), "utf8");
    expect(text).toMatch(from);
    writeFileSync(join(installed, file), text.replace(from, to));
  };
  edit("package.json", /"version": "[^"]+"/, '"version": "99.0.0"');
  edit("config/versions.js", /chatwoot\/chatwoot:v[\d.]+/, "chatwoot/chatwoot:v4.17.0");
  expect(await changes(account.upOf(folder))).toEqual(["update deployment-release"]);
  expect(await changes(account.previewOf(folder))).toEqual([]);
});
