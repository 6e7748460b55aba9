import { endEarlierRun } from "../earlier-run.ts";
import { Flyctl } from "../flyctl.ts";
import { input, wholeInput } from "../inputs.ts";
import { closeWindow } from "../maintenance-window.ts";
import { awaitEarlierPreparation } from "../preparation-wait.ts";
import type { Step } from "./step.ts";

/**
 * Ends a maintenance window whose deployment was killed, after what that one has left running: a pool that needs a window
 * cannot hold web and worker beside a migration.
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
