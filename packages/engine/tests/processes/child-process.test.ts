import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Engine, loadProject, loadStackConfig, memoryState, type Project } from "../../src/index.ts";
import { changed, errorsOf, step } from "../engine/support/program.ts";
import { World } from "../engine/support/world.ts";

const project = loadProject(join(import.meta.dirname, "../engine/programs/basic"));

interface Changed {
  project: Project;
  config: Record<string, string>;
  signal: AbortSignal;
}

async function engineFor({ config = {}, ...options }: Partial<Changed> = {}) {
  const world = new World();
  const lines: string[] = [];
  const loaded = await loadStackConfig({ project, stack: "dev" });
  const engine = new Engine({
    project,
    stack: "dev",
    config: { values: { ...loaded.values, ...config }, secretKeys: [] },
    state: memoryState(),
    providers: { test: () => world.provider() },
    onOutput: (line, stream) => lines.push(`${stream}: ${line}`),
    ...options,
  });
  return { engine, world, lines };
}

describe("an unmodified program in a child process", () => {
  test("is previewed, created, left unchanged, and destroyed", async () => {
    const { engine, world, lines } = await engineFor();
    const plan = await engine.preview();
    expect(errorsOf(plan)).toBe("");
    expect(changed(plan).sort()).toEqual(["create first", "create second", "create third"]);
    expect(world.things.size).toBe(0);

    const up = await engine.up();
    expect(errorsOf(up)).toBe("");
    expect(up.outputs).toEqual({ token: "token-of-second", project: "basic", stack: "dev" });
    expect(step(up, "first").inputs).toMatchObject({ size: 1, stamped: true });
    expect(lines).toEqual(["stdout: greeting: hello", "stdout: greeting: hello"]);

    expect((await engine.up()).changes).toEqual({ same: 4 });
    expect((await engine.destroy()).changes).toEqual({ delete: 4 });
    expect(world.things.size).toBe(0);
  }, 60_000);

  test("starts Node.js with the arguments of runtime.options.nodeargs", async () => {
    const { engine, world, lines } = await engineFor({
      project: { ...project, nodeArgs: ["--require", "./refuse.cjs"] },
    });
    expect(await engine.up()).toMatchObject({ ok: false, exitCode: 1 });
    expect(lines).toEqual(["stderr: refused before the program"]);
    expect(world.things.size).toBe(0);
  }, 60_000);

  test("fails with the program, and then deletes nothing", async () => {
    const { engine, world } = await engineFor();
    await engine.up();
    const { engine: broken } = await engineFor({ config: { "basic:crash": "yes" } });
    const result = await broken.up();
    expect(result).toMatchObject({ ok: false, exitCode: 1 });
    expect(errorsOf(result)).toContain("the program crashed");
    expect(world.things.size).toBe(3);
  }, 60_000);

  test("stops the program on cancellation, and keeps resources whose creation began", async () => {
    const controller = new AbortController();
    const { engine, world } = await engineFor({ config: { "basic:delayMs": "400" }, signal: controller.signal });
    const running = engine.up();
    await expect.poll(() => world.log, { timeout: 30_000 }).toContain("create first");
    controller.abort();
    const result = await running;
    expect(result).toMatchObject({ ok: false, exitCode: 8 });
    expect(world.log).not.toContain("create second");
    expect(world.things.size).toBe(2);
    expect(errorsOf(result)).toContain("the run was cancelled");
  }, 60_000);
});
