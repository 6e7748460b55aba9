import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";

const preload = join(projectFolder, "tests/helpers/programs/unused-packages.cjs");

test("Pulumi's SDK loads without the packages of tracing and serialization, and those at their first use", async () => {
  const script = `require(${JSON.stringify(preload)})();
    const { runtime } = require("@pulumi/pulumi");
    require("@pulumi/pulumi/cmd/run/tracing.js");
    const loaded = () => ["typescript", "@npmcli/arborist", "@opentelemetry/sdk-trace-node"].filter((name) =>
      Object.keys(require.cache).some((file) => file.includes("/node_modules/" + name + "/")));
    const before = loaded();
    runtime.serializeFunction(() => 6 * 7).then(({ text }) => console.log(JSON.stringify({ before, after: loaded(), text })));`;
  const { stdout } = await execa(process.execPath, ["--eval", script], {
    cwd: projectFolder,
    env: { NODE_OPTIONS: undefined },
    timeout: 20_000,
  });
  const { before, after, text } = JSON.parse(stdout) as { before: string[]; after: string[]; text: string };
  expect(before).toEqual([]);
  expect(after).toEqual(["typescript"]);
  expect(text).toContain("6 * 7");
});
