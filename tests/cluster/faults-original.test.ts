import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exhaustive } from "../helpers/exhaustive.ts";
import { openSandbox, type Sandbox } from "../sandbox/support.ts";
import { cli } from "../tools/engine/cli.ts";
import { openCampaign, type Campaign } from "./campaign.ts";
import { everyWrite, newImage, stall } from "./faults.ts";
import { originalEngine } from "./original-engine.ts";

/*
 * The campaign of faults.test.ts on the real Pulumi CLI, with the embedded engine's providers. Faults that end a run are left out:
 * the original stops after one to three of them, and a run of a program in this process that failed half way can hang until it is
 * killed, which leaves the stack locked.
 */

describe.runIf(exhaustive && cli !== undefined)("a stall at every write, on the real engine", () => {
  let sandbox: Sandbox;
  let engine: Awaited<ReturnType<typeof originalEngine>>;
  let campaign: Campaign;
  beforeAll(async () => {
    sandbox = openSandbox({ sharedCluster: true });
    engine = await originalEngine(cli!, sandbox);
    campaign = await openCampaign(sandbox, engine);
  });
  afterAll(async () => {
    await campaign?.close();
    await engine?.stop();
    await sandbox?.dispose();
  });

  test("of a first up, then of an update", { timeout: 1_800_000 }, async () => {
    for (const overlay of [{}, newImage]) {
      const { played, runs } = await campaign.converge(everyWrite(stall), { overlay });
      console.error(`${played.length} faults, ${runs} runs`);
      expect(played.length).toBeGreaterThan(overlay === newImage ? 4 : 40);
      await campaign.expectSound({ overlay });
    }
  });
});
