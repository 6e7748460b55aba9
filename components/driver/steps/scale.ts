import { Flyctl } from "../flyctl.ts";
import { waitUntilHealthy } from "../health-wait.ts";
import { input, listInput, wholeInput } from "../inputs.ts";
import { isHealthy, listMachines, serving } from "../machines.ts";
import type { Step } from "./step.ts";

export const scale: Step = {
  async converge(run) {
    const app = input("APP");
    const counts = listInput("COUNTS");
    const fly = new Flyctl(run, app);
    const machines = await fly.preflightBeside(() => listMachines(fly, app));
    // flyctl counts a standby machine of an earlier deployment, and would destroy a running machine instead.
    for (const { id, group } of machines.filter(({ standby }) => standby)) {
      fly.show(`Removing machine ${id}, a standby for ${group}`);
      await fly.run(["machine", "destroy", id, "--force", "--app", app]);
    }
    const scaled = await fly.run(["scale", "count", ...counts, "--app", app, "--yes"], { timeoutSeconds: 300 });
    const isUnchanged = /already scaled to desired state/i.test(scaled) && serving(machines).every(isHealthy);
    if (!isUnchanged) await waitUntilHealthy(fly, app, wholeInput("WAIT_TIMEOUT_MINUTES"));
    return { counts };
  },
};
