import { StepProblem } from "../../lib/problem.ts";

/** Loads a module that `npm ci --omit=dev --workspaces=false` leaves out, or names the command that installs it. */
export async function loadDevelopment<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new StepProblem(name, "needs packages that are installed only for development", "Install them: npm ci");
  }
}
