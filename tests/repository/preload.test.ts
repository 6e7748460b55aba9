import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { loadProject } from "pulumi-embedded-engine";
import { expect, onTestFinished, test } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";

const { nodeArgs } = loadProject(projectFolder);

/** Runs a line of JavaScript with the preload in `runtime.options.nodeargs` of Pulumi.yaml. */
function run(script: string, { before = [], env = {} }: { before?: string[]; env?: Record<string, string> } = {}) {
  const args = [...before, ...nodeArgs, "--eval", script];
  return execa(process.execPath, args, {
    cwd: projectFolder,
    // In a whole run, the setup of other projects sets both.
    env: { NODE_COMPILE_CACHE: undefined, NODE_OPTIONS: undefined, ...env },
    reject: false,
    timeout: 20_000,
  });
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "preload-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** The arguments that make this Node.js report another version. */
function reporting(version: string): string[] {
  const file = join(temporaryFolder(), "version.cjs");
  writeFileSync(file, `Object.defineProperty(process.versions, "node", { value: "${version}" });`);
  return ["--require", file];
}

test.each(["18.20.8", "20.20.2", "22.17.1"])("rejects Node.js %s with the fix", async (version) => {
  const { exitCode, stdout, stderr } = await run("console.log('program')", { before: reporting(version) });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toBe(
    `node: version ${version} is too old. Install Node.js 22.18.0 or newer. On Linux, \`npm ci\` installs one: ` +
      'export PATH="$PWD/node_modules/.bin:$PATH"',
  );
});

test.each(["22.18.0", "24.0.0"])("Node.js %s runs the program", async (version) => {
  const { exitCode, stdout, stderr } = await run("console.log('program')", { before: reporting(version) });
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "program", stderr: "" });
});

test("keeps compiled code beside the packages", async () => {
  const { stdout } = await run("console.log(require('node:module').getCompileCacheDir())");
  expect(stdout).toContain(join(projectFolder, "node_modules/.cache/node-compile-cache"));
});

test("NODE_COMPILE_CACHE sets another folder", async () => {
  const folder = temporaryFolder();
  const { exitCode } = await run("require('yaml')", { env: { NODE_COMPILE_CACHE: folder } });
  expect(exitCode).toBe(0);
  expect(readdirSync(folder)).not.toEqual([]);
});
