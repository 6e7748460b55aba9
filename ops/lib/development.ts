import { StepProblem } from "../../lib/problem.ts";

const isInstalled = import.meta.url.includes("/node_modules/");

/** Loads a module that `npm ci --omit=dev --workspaces=false` and the package leave out, or names how to get it. */
export async function loadDevelopment<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    if (isInstalled)
      throw new StepProblem(
        name,
        "is not in the installed package",
        "Clone the program's repository, run `npm ci` in it, and run the command there with your stack file",
      );
    throw new StepProblem(name, "needs packages that are installed only for development", "Install them: npm ci");
  }
}
