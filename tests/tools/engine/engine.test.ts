import { describe, expect, test } from "vitest";
import { memoryState } from "pulumi-embedded-engine";
import { commandProvider, randomProvider } from "pulumi-embedded-engine/providers";
import { readFile } from "node:fs/promises";
import { sample } from "../../helpers/exhaustive.ts";
import { bothEngines } from "./both.ts";
import { cli } from "./cli.ts";
import { comparable } from "./differences.ts";
import { scenarios, type Stage } from "./scenarios.ts";
import { testProvider } from "./test-provider.ts";

/** Both engines run the same programs with the same providers; what they did and what they stored must be equal. */

const providers = { test: testProvider, random: randomProvider, command: commandProvider };
const project = { name: "matrix", dir: ".", main: ".", typescript: false, nodeArgs: [], config: {} };

describe.skipIf(cli === undefined)("the real engine and the embedded one", () => {
  test.each(sample(Object.keys(scenarios), 4))("%s", async (name) => {
    const files = { "Pulumi.yaml": "name: matrix\nruntime: nodejs\n" };
    const both = await bothEngines(cli!, { project, stack: "dev", files, providers });
    const stages = scenarios[name] as Stage[];
    try {
      const ours = [];
      const theirs = [];
      for (const [index, stage] of stages.entries()) {
        const at = `${index + 1}: ${stage.run}`;
        theirs.push({ at, ...comparable(name, await both.inOriginal(stage)) });
        ours.push({ at, ...comparable(name, await both.inEmbedded(stage)) });
      }
      expect(ours).toEqual(theirs);

      // Each continues from the other's state, without a change.
      const { program } = stages.findLast((stage) => stage.program !== undefined) as Stage;
      const preview: Stage = { run: "preview", ...(program && { program }) };
      const { steps } = await both.inEmbedded(preview);
      expect((await both.inEmbedded(preview, memoryState(await both.theirState()))).steps).toEqual(steps);
      await both.original.done("stack", "import", { input: await readFile(both.ours.file, "utf8") });
      expect((await both.inOriginal(preview)).steps).toEqual(steps);
    } finally {
      await both.stop();
    }
  });
});
