import { endEarlierRun } from "../earlier-run.ts";
import { Flyctl } from "../flyctl.ts";
import { input, wholeInput } from "../inputs.ts";
import { closeWindow } from "../maintenance-window.ts";
import { awaitEarlierPreparation } from "../preparation-wait.ts";
import type { Step } from "./step.ts";

/**
 * Closes the maintenance window of a killed deployment after its preparation has finished: the pool has too few connections
 * for web and worker during a migration.
 */
export const window: Step = {
  async converge(run) {
    const app = input("APP");
    const fly = new Flyctl(run, app);
    await endEarlierRun(app, (line) => fly.show(line));
    await awaitEarlierPreparation(fly, app, wholeInput("RELEASE_TIMEOUT_MINUTES"));
    await closeWindow(fly, app);
    return { app };
  },
};
