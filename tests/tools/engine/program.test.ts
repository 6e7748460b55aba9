import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { flyctlBinFolder } from "flyctl-stand-in";
import { loadProject, resolveConfig, secret, unprotect } from "pulumi-embedded-engine";
import { comparePending } from "../../../ops/drift/pending.ts";
import { parseStack } from "../../../ops/lib/stack/deployment.ts";
import { projectFolder } from "../../../lib/project-folder.ts";
import { doubles } from "../../helpers/doubles.ts";
import { program as programWithoutCluster, programAsking as program, stackEngine } from "../../helpers/in-process.ts";
import { stackValues, type StackName } from "../../helpers/stack-files.ts";
import { cli } from "./cli.ts";
import { bothEngines, type BothEngines } from "./both.ts";
import type { Stage } from "./scenarios.ts";

/** This program on both engines, with providers that accept everything. */

const byKey = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`chatwoot:${key}`, value]));

/** A stack of this project on both engines, with its secrets set. */
async function bothOf(stack: StackName, more: Record<string, unknown> = {}): Promise<BothEngines> {
  const { settings, secrets } = stackValues(stack);
  const hidden = Object.fromEntries(Object.entries(secrets).map(([key, value]) => [key, secret(value)]));
  const project = loadProject(projectFolder);
  const names = ["Pulumi.yaml", `Pulumi.${stack}.yaml`];
  const both = await bothEngines(cli!, {
    project,
    stack,
    config: resolveConfig(project, stack, { ...byKey(settings), ...byKey(hidden), ...more }),
    files: {
      ...Object.fromEntries(names.map((name) => [name, readFileSync(join(projectFolder, name), "utf8")])),
      // The CLI only looks whether it exists: the program is served from here.
      "index.ts": "",
    },
    providers: doubles,
  });
  const pairs = Object.entries(byKey(secrets)).flatMap(([key, value]) => ["--secret", `${key}=${String(value)}`]);
  await both.original.done("config", "set-all", ...pairs);
  return both;
}

describe.skipIf(cli === undefined)("staging on the real engine and on the embedded one", () => {
  const stack = "staging";
  let both: BothEngines;
  let fly: string;
  beforeAll(async () => {
    fly = mkdtempSync(join(tmpdir(), "fly-"));
    // The program asks flyctl for its version and login before the first resource.
    writeFileSync(join(fly, "orgs.json"), JSON.stringify(["personal", "hotdash"]));
    vi.stubEnv("PATH", `${flyctlBinFolder}${delimiter}${process.env["PATH"]}`);
    vi.stubEnv("FLYCTL_SANDBOX_DIR", fly);
    vi.stubEnv("FLY_API_TOKEN", "token");
    both = await bothOf(stack);
  });
  afterAll(async () => {
    await both?.stop();
    vi.unstubAllEnvs();
    rmSync(fly, { recursive: true, force: true });
  });

  const preview: Stage = { run: "preview", program };
  const up: Stage = { run: "up", program };
  const destroy: Stage = { run: "destroy" };

  test("nothing there, a deployment, and no change after it", async () => {
    for (const stage of [preview, up, preview, up]) {
      const theirs = await both.inOriginal(stage);
      expect(theirs.exitCode).toBe(0);
      expect(await both.inEmbedded(stage)).toEqual(theirs);
    }
  });

  test("an interrupted creation: the command of `ops drift` ends its warning", async () => {
    // The backend's own file, because an import drops pending operations.
    both.original.edit((state) => {
      const scale = state.resources.find(({ urn }) => urn.endsWith("::deployment-scale"));
      state.pending_operations = [{ resource: { ...scale, id: "" }, type: "creating" }];
    });
    expect((await both.original.up(program)).output).toContain("pending CREATE operations");

    const { resources, pending } = parseStack(await both.original.done("stack", "export"), "the export");
    const [finding] = comparePending(stack, resources, pending);
    const [pulumi, ...command] = (finding?.fix ?? "").split(" ");
    expect(pulumi).toBe("pulumi");
    await both.original.done(...command);
    expect((await both.theirState()).pendingOperations).toEqual([]);
    expect((await both.inOriginal(up)).steps).toEqual((await both.inEmbedded(up)).steps);
  });

  test("the guard stops a destroy before it deletes anything, until the stack is unprotected", async () => {
    const before = (await both.inOriginal(preview)).state;
    const refused = await both.inOriginal(destroy);
    expect(before.length).toBeGreaterThan(20);
    expect(refused).toMatchObject({ exitCode: 1, state: before });
    expect(await both.inEmbedded(destroy)).toEqual(refused);
    const excluding = await both.inOriginal({ ...destroy, flags: ["--exclude-protected"] });
    expect(excluding.state).toEqual(before);
    expect(excluding.exitCode).toBe(0);

    await both.original.done("state", "unprotect", "--all", "--yes");
    await unprotect(both.ours, stack, "all");
    const deleted = await both.inOriginal(destroy);
    expect(deleted).toMatchObject({ exitCode: 0, state: [] });
    expect(await both.inEmbedded(destroy)).toEqual(deleted);
  });
});

test.skipIf(cli === undefined)(
  "prod: both engines plan the same from nothing, and nothing after a deployment",
  async () => {
    const both = await bothOf("prod", { "pulumi:disable-default-providers": ["kubernetes"] });
    onTestFinished(() => both.stop());
    // A cluster is asked only by a deployment: the embedded engine's has none.
    const preview: Stage = { run: "preview", program: programWithoutCluster };
    const first = await both.inOriginal(preview);
    expect(first).toMatchObject({ exitCode: 0, state: [] });
    expect(first.steps.length).toBeGreaterThan(60);
    expect(await both.inEmbedded(preview)).toEqual(first);

    const deployed = await stackEngine("prod", { state: both.ours, providers: doubles }).up(programWithoutCluster);
    expect(deployed.ok).toBe(true);
    await both.original.done("stack", "import", { input: readFileSync(both.ours.file, "utf8") });
    const second = await both.inOriginal(preview);
    expect(second.steps.filter((step) => !step.startsWith("same "))).toEqual([]);
    expect(await both.inEmbedded(preview)).toEqual(second);

    const refused = await both.inOriginal({ run: "destroy" });
    // Nothing can depend on the engine's own provider, which resolves references to resources and holds nothing.
    const held = second.state.filter(({ type }) => type !== "pulumi:providers:pulumi");
    expect(refused).toMatchObject({ exitCode: 1, state: held });
    expect(await both.inEmbedded({ run: "destroy" })).toEqual(refused);
  },
);
