import { Flyctl } from "../../../components/driver/flyctl.ts";
import { findMachines, isIdle, serving, type Machine } from "../../../components/driver/machines.ts";
import { plainRun } from "../../../components/driver/run.ts";
import { failureMessage } from "../../lib/chatwoot/client.ts";
import { failed, ok, skipped, type Check, type Outcome } from "../check.ts";
import { nextSteps, type Target } from "../target.ts";

/**
 * Checks on Fly that every machine gets requests. A deployment that was killed in its maintenance window leaves machines
 * stopped or cordoned, and the others answer every request.
 */
export function machines(target: Target, app: string): Check {
  return {
    name: "machines",
    run: async () => {
      const found = await findMachines(new Flyctl(plainRun(), app), app).catch((error: unknown) =>
        failureMessage(error),
      );
      return typeof found === "string"
        ? skipped(`flyctl did not list them: ${found}`)
        : judgeMachines(found ?? [], target);
    },
  };
}

export function judgeMachines(all: readonly Machine[], target: Pick<Target, "stack" | "baseUrl">): Outcome {
  const expected = serving(all);
  const idle = expected
    .filter(isIdle)
    .map(({ group, id, cordoned, state }) => `${group} ${id} ${cordoned ? "cordoned" : state}`);
  if (idle.length === 0) return ok(`${expected.length} running and not cordoned`);
  return failed(`${idle.sort().join(", ")}: a maintenance window is open`, nextSteps(target).redeploy("Close it"));
}
