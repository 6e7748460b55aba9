import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";
import { toolCache } from "../../preview/tool-cache.ts";

/* The example in each package's README runs unchanged where the package is installed. */

const mostLines = 20;
const runMs = 240_000;
const packages = readdirSync(join(projectFolder, "packages"));

const folder = mkdtempSync(join(realpathSync(tmpdir()), "examples-"));
beforeAll(() => {
  symlinkSync(join(projectFolder, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The files or the output of each example. */
const outcomes: Record<string, (stdout: string) => void> = {
  engine: (stdout) => expect(stdout).toBe(""),
  "flyctl-stand-in": (stdout) => expect(stdout).toMatch(/chat .*apps create chat --org personal: 0.*apps list: 0/s),
  "kubernetes-sandbox": () => expect(readdirSync(join(folder, "cluster"))).toEqual([]),
  report: () => expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("<title>dev: up succeeded</title>"),
};

test.each(packages)("%s", async (name) => {
  const readme = readFileSync(join(projectFolder, "packages", name, "README.md"), "utf8");
  const [, example = ""] = /^```ts\n(.+?)^```$/ms.exec(readme) ?? [];
  expect(
    example
      .trimEnd()
      .split("\n")
      .filter((line) => line !== "").length,
  ).toBeLessThanOrEqual(mostLines);
  writeFileSync(join(folder, `${name}.ts`), example);
  const { stdout, stderr, exitCode } = await execa("node", [`${name}.ts`], {
    cwd: folder,
    // The built tools of this checkout.
    env: { KUBERNETES_SANDBOX_CACHE: toolCache.folder },
    reject: false,
    timeout: runMs,
  });
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(outcomes).toHaveProperty(name);
  outcomes[name]!(stdout);
});
