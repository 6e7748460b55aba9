import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stepCommand } from "../../../components/driver/command.ts";
import { readRecorded } from "./recorded.ts";

/* The commands in states, each run without its inputs, which the step then requires. */

const project = fileURLToPath(new URL("../../..", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "step-command-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(project, join(folder, "node_modules", "chatwoot-pulumi"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run([file = "", ...args]: string[], cwd: string): Promise<string> {
  const { exitCode, stderr } = await execa(file, args, {
    cwd,
    extendEnv: false,
    env: {
      PATH: [dirname(process.execPath), process.env["PATH"]].join(":"),
      CHATWOOT_ARTIFACTS_DIR: join(folder, "artifacts"),
    },
    stdin: "ignore",
    reject: false,
    timeout: 60_000,
  });
  expect(exitCode).toBe(1);
  return stderr;
}

const commandOf = (step: string, deletes: boolean): string[] => {
  const { interpreter, create, delete: remove } = stepCommand(step);
  return [...interpreter, deletes ? remove : create];
};

test.each([
  ["app", false, "this repository", "STEP_APP"],
  ["app", true, "a project that installed the package", "STEP_APP"],
  ["facts", false, "a project that installed the package", "STEP_STATEMENT_TIMEOUT_SECONDS"],
  ["github", true, "this repository", "STEP_REPOSITORY"],
])("%s (deletion: %s) starts in %s", async (step, deletes, place, asked) => {
  const cwd = place === "this repository" ? project : folder;
  expect(await run(commandOf(step, deletes), cwd)).toContain(`${asked} is not set`);
});

test("an unknown step is rejected", async () => {
  expect(await run(commandOf("nothing", false), project)).toContain("Use one of app,");
});

test("the commands of earlier versions still start their steps", async () => {
  const { checkpoint } = await readRecorded("everything-on-fly");
  const commands = checkpoint.resources.flatMap(({ inputs }) => [inputs?.["create"], inputs?.["delete"]]);
  const texts = new Set(commands.filter((command): command is string => typeof command === "string"));
  const byForm = Map.groupBy(texts, (text) => text.replace(/main\.ts \w+/, "main.ts STEP"));
  expect([...byForm.keys()].sort()).toEqual([
    "node components/fly/driver/main.ts STEP",
    "node components/fly/driver/main.ts STEP --delete",
    "node components/support/driver/main.ts STEP",
    "node components/support/driver/main.ts STEP --delete",
  ]);
  for (const [text = ""] of byForm.values())
    expect(await run(["/bin/sh", "-c", text], project)).toMatch(/STEP_\w+ is not set/);
});
