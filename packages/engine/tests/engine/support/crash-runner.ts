/** One `up` over a state file and a world in a folder; the test kills this process at a moment of its choice. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Engine, openStateStore, type Provider } from "../../../src/index.ts";
import * as pulumi from "@pulumi/pulumi";

const [folder, version] = process.argv.slice(2) as [string, string];
const world = join(folder, "world");
mkdirSync(world, { recursive: true });
const pause = () => new Promise((resolve) => setTimeout(resolve, 15));

/** The thing's name is its identity: a create adopts what an interrupted one left. */
const provider: Provider = {
  diff: (before, _outputs, after) =>
    Promise.resolve({ changes: before["v"] === after["v"] ? [] : [{ path: ["v"], kind: "update" }] }),
  async create(inputs, { name }) {
    await pause();
    writeFileSync(join(world, name), String(inputs["v"]));
    await pause();
    return { id: name, outputs: inputs };
  },
  async update(id, _before, _outputs, inputs) {
    await pause();
    writeFileSync(join(world, id), String(inputs["v"]));
    await pause();
    return inputs;
  },
  async delete(id) {
    await pause();
    if (existsSync(join(world, id))) rmSync(join(world, id));
    await pause();
  },
};

class Thing extends pulumi.CustomResource {
  constructor(name: string, inputs: object, options?: pulumi.CustomResourceOptions) {
    super("test:index:Thing", name, inputs, options);
  }
}

const state = await openStateStore({ file: join(folder, "state.json"), passphrase: "x" });
const engine = new Engine({
  project: { dir: folder, name: "proj", main: ".", typescript: true, nodeArgs: [], config: {} },
  stack: "dev",
  config: { values: {}, secretKeys: [] },
  state,
  providers: { test: () => provider },
});
appendFileSync(join(folder, "started"), "x");
const result = await engine.up(async () => {
  const names = version === "2" ? ["a", "b", "d"] : ["a", "b", "c"];
  let last: Thing | undefined;
  for (const name of names) last = new Thing(name, { v: version }, last === undefined ? {} : { dependsOn: [last] });
  return Promise.resolve();
});
process.stdout.write(
  JSON.stringify({ ok: result.ok, diagnostics: result.diagnostics, world: readdirSync(world).sort() }),
);
process.exit(result.exitCode);
