import { Flyctl } from "../flyctl.ts";
import { input, listInput } from "../inputs.ts";
import type { Step } from "./step.ts";

export const scale: Step = {
  async converge() {
    const app = input("APP");
    const counts = listInput("COUNTS");
    const fly = new Flyctl(app);
    await fly.preflight();
    await fly.run(["scale", "count", ...counts, "--app", app, "--yes"], { timeoutSeconds: 300 });
    return { counts };
  },
};
