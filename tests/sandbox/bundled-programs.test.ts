import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";
import { programs } from "../helpers/programs/bundle.ts";
import { openSandbox } from "./support.ts";

/* The tests start programs from bundles, users start them from their sources. Both must be the same program. */

const fromSource = { NODE_OPTIONS: "" };
const scripts = programs.filter((program) => program !== "index.ts");

/** Runs a program, and lists the scripts that Node executed. */
async function run(program: string, env: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "bundled-programs-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { exitCode, stdout, stderr } = await execa("node", [program, "no-such-word"], {
    cwd: projectFolder,
    env: { FLYCTL_SANDBOX_DIR: join(folder, "fly"), NODE_V8_COVERAGE: join(folder, "coverage"), ...env },
    reject: false,
  });
  const urls = readdirSync(join(folder, "coverage")).flatMap((name) => {
    const text = readFileSync(join(folder, "coverage", name), "utf8");
    return (JSON.parse(text) as { result: { url: string }[] }).result.map(({ url }) => url);
  });
  const source = pathToFileURL(join(projectFolder, program)).href;
  return { exitCode, stdout, stderr, ranSource: urls.includes(source) };
}

test.each(scripts)("%s prints the same from its source and from its bundle", async (program) => {
  const [source, bundle] = [await run(program, fromSource), await run(program, {})];
  expect([source.ranSource, bundle.ranSource]).toEqual([true, false]);
  expect({ ...bundle, ranSource: true }).toEqual(source);
});

test("the Pulumi program plans the same from its source and from its bundle", async () => {
  const sandbox = openSandbox();
  onTestFinished(() => sandbox.dispose());
  const [source, bundle] = await Promise.all(
    [fromSource, {}].map((env) => sandbox.run(["preview", "--stack", "staging"], { env })),
  );
  expect(bundle!.changes.length).toBeGreaterThan(10);
  expect([...bundle!.changes].sort()).toEqual([...source!.changes].sort());
});
