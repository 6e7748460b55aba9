import { Flyctl } from "../flyctl.ts";
import { input } from "../inputs.ts";
import { closeWindow } from "../maintenance-window.ts";
import type { Step } from "./step.ts";

/** Ends a maintenance window whose deployment was killed. */
export const window: Step = {
  async converge() {
    const app = input("APP");
    await closeWindow(new Flyctl(app), app);
    return { app };
  },
};
