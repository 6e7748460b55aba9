import { copyFileSync, cpSync, existsSync, linkSync, mkdirSync, mkdtempSync } from "node:fs";
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { loadProject, memoryState } from "pulumi-embedded-engine";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";
import { engineFor } from "../../preview/stack-diff.ts";
import { exhaustive } from "../helpers/exhaustive.ts";
import { lockfile, productionPackages } from "./production-packages.ts";

/*
 * A deployment needs only the root's dependencies: the embedded engine of this checkout previews a copy of the tracked
 * files without other packages, and lists the ops commands.
 */

const installMs = 600_000;
const commandMs = 60_000;

// The engine compares real paths.
const parent = mkdtempSync(join(realpathSync(tmpdir()), "production-install-"));
const folder = join(parent, "project");
const ops = (...args: string[]) =>
  execa("npm", ["run", "--silent", "ops", "--", ...args], {
    cwd: folder,
    env: { NO_COLOR: "1" },
    reject: false,
    timeout: commandMs,
  });

beforeAll(async () => {
  // The run uses no cluster and no state of earlier deployments.
  vi.stubEnv("CHATWOOT_SKIP_PREFLIGHT", "1");
  vi.stubEnv("CHATWOOT_ARTIFACTS_DIR", join(parent, "artifacts"));
  const { stdout } = await execa("git", ["ls-files", "-z"], { cwd: projectFolder, timeout: commandMs });
  for (const file of stdout.split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(projectFolder, file), join(folder, file));
  }
  await (exhaustive ? installed() : linked());
}, installMs);
afterAll(() => rm(parent, { recursive: true, force: true }), installMs);

/** Without the workspaces, so that their packages cannot hide a missing dependency. */
async function installed(): Promise<void> {
  const only = ["--omit=dev", "--workspaces=false"];
  await execa("npm", ["ci", ...only, "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    timeout: installMs,
  });
}

/** The same packages from this checkout's installation, which takes seconds instead of a minute. */
function linked(): void {
  const text = readFileSync(join(projectFolder, "package-lock.json"), "utf8");
  for (const path of productionPackages(lockfile.parse(JSON.parse(text)).packages)) {
    const from = join(projectFolder, path);
    // Packages for other systems are not installed.
    if (existsSync(from)) linkFolder(from, join(folder, path));
  }
}

/** Without nested packages, which are listed separately. */
function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (!entry.isDirectory()) linkFile(source, target);
    else if (entry.name !== "node_modules") linkFolder(source, target);
  }
}

/** The temporary folder may be on another disk. */
function linkFile(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    copyFileSync(from, to);
  }
}

test.each(["staging", "prod"])("%s is previewed", async (stack) => {
  const project = loadProject(folder);
  const { signal } = new AbortController();
  const result = await engineFor(project, stack, memoryState(), "./sandbox/chart", signal).preview();
  expect(result.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(result.ok).toBe(true);
  expect(result.changes.create).toBeGreaterThan(10);
});

test("ops lists its commands, and names the installation that `adopt` needs", async () => {
  const help = await ops("--help");
  expect(help).toMatchObject({ exitCode: 0, stderr: "" });
  for (const command of ["health", "drift", "rollback", "adopt"]) expect(help.stdout).toContain(`  ${command} `);
  const adopt = await ops("adopt", "--stack", "prod");
  expect(adopt.stderr).toBe("adopt: needs packages that are installed only for development. Install them: npm ci.");
  expect(adopt.exitCode).toBe(1);
});
