import { Flyctl } from "../flyctl.ts";
import { waitUntilHealthy } from "../health-wait.ts";
import { input, listInput, wholeInput } from "../inputs.ts";
import { listMachines } from "../machines.ts";
import type { Step } from "./step.ts";

export const scale: Step = {
  async converge(run) {
    const app = input("APP");
    const counts = listInput("COUNTS");
    const fly = new Flyctl(run, app);
    const machines = await fly.preflightBeside(() => listMachines(fly, app));
    // A machine that stands by, as another deployment may have left, counts for flyctl, which then destroys one that runs.
    for (const { id, group } of machines.filter(({ standby }) => standby)) {
      fly.show(`Removing machine ${id}, which only stands by for ${group}`);
      await fly.run(["machine", "destroy", id, "--force", "--app", app]);
    }
    await fly.run(["scale", "count", ...counts, "--app", app, "--yes"], { timeoutSeconds: 300 });
    await waitUntilHealthy(fly, app, wholeInput("WAIT_TIMEOUT_MINUTES"));
    return { counts };
  },
};
