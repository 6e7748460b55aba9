import { describe, expect, onTestFinished, test } from "vitest";
import { sample } from "../helpers/exhaustive.ts";
import { callsOfFirstDeployment, expectCleared, killAt, pendingCreates } from "./crash.ts";
import { openSandbox } from "./support.ts";

/** Moments of a first deployment: one per flyctl call, except for the last. */
const moments = Array.from({ length: callsOfFirstDeployment - 1 }, (_, index) => index + 1);

/** Each moment has its own account. One after another, because the later runs are in this process. */
describe("kill -9", () => {
  test.each(sample(moments, 4))("after %i calls of flyctl: the next up converges", async (calls) => {
    const sandbox = openSandbox();
    onTestFinished(() => sandbox.dispose());
    const killed = sandbox.start(["up", "--stack", "staging"]);
    await killAt(killed, `${calls} calls of flyctl`, () => sandbox.fly.calls().length >= calls);

    const left = pendingCreates(sandbox, "staging");
    const again = await sandbox.runHere("up", "staging");
    expect(again.output).toContain("replaced the lock");
    const { apps, redis } = sandbox.fly.state();
    expect(Object.keys(apps)).toEqual(["hotdash-chatwoot"]);
    expect(Object.keys(redis)).toEqual(["hotdash-chatwoot-cache"]);
    const { machines, secretsVersion } = apps["hotdash-chatwoot"]!;
    expect(machines.map(({ config, state }) => [config.metadata["fly_process_group"], state]).sort()).toEqual([
      ["web", "started"],
      ["worker", "started"],
    ]);
    for (const machine of machines) expect(machine.secretsVersion).toBe(secretsVersion);

    expect((await sandbox.runHere("up", "staging")).changes).toEqual([]);
    const urns = sandbox.state("staging").deployment.resources!.map(({ urn }) => urn);
    expect(urns).toEqual([...new Set(urns)]);
    await expectCleared(sandbox, "staging", left, again.output);
  });
});
