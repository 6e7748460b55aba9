import { readFileSync } from "node:fs";
import { describe, it } from "vitest";
import { killAt } from "./crash.ts";
import { openSandbox } from "./support.ts";

/** Calls of flyctl in a first deployment. */
const allCalls = 37;
/** One moment of each step, or with `EVERY_CALL=1` each there is: ten minutes. */
const moments = process.env["EVERY_CALL"]
  ? Array.from({ length: allCalls - 1 }, (_, index) => index + 1)
  : [3, 7, 12, 17, 22, 27, 29, 31, 36];

/** Each has a world of its own. */
describe.concurrent("kill -9", () => {
  it("knows how many calls there are", async ({ expect, onTestFinished }) => {
    const sandbox = openSandbox();
    onTestFinished(() => sandbox.dispose());
    await sandbox.run(["up", "--stack", "staging"]);
    expect(sandbox.fly.calls()).toHaveLength(allCalls);
  });

  it.for(moments)("after %i calls of flyctl: the next up converges", async (calls, { expect, onTestFinished }) => {
    const sandbox = openSandbox();
    onTestFinished(() => sandbox.dispose());
    const killed = sandbox.start(["up", "--stack", "staging"]);
    await killAt(killed, `${calls} calls of flyctl`, () => sandbox.fly.calls().length >= calls);

    const again = await sandbox.run(["up", "--stack", "staging"]);
    expect(again.output).toContain("took over the lock");
    const { apps, redis } = sandbox.fly.state();
    expect(Object.keys(apps)).toEqual(["hotdash-chatwoot"]);
    expect(Object.keys(redis)).toEqual(["hotdash-chatwoot-cache"]);
    const { machines, secretsVersion } = apps["hotdash-chatwoot"]!;
    expect(machines.map(({ config, state }) => [config.metadata["fly_process_group"], state]).sort()).toEqual([
      ["web", "started"],
      ["worker", "started"],
    ]);
    for (const machine of machines) expect(machine.secretsVersion).toBe(secretsVersion);

    expect((await sandbox.run(["up", "--stack", "staging"])).changes).toEqual([]);
    const state = readFileSync(sandbox.folders.state("staging"), "utf8");
    const urns = sandbox.state("staging").deployment.resources!.map(({ urn }) => urn);
    expect(urns).toEqual([...new Set(urns)]);
    expect(state).not.toContain("pending_operations");
  });
});
