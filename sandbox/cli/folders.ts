import { join, resolve } from "node:path";
import { projectFolder } from "../../lib/project-folder.ts";

/** The project whose program runs. Default: this repository; `CHATWOOT_SANDBOX_PROJECT` names one that installs the package. */
export const sandboxProject = (): string => resolve(process.env["CHATWOOT_SANDBOX_PROJECT"] || projectFolder);

/** The sandbox's data. Default: `.sandbox` in the project, which git ignores; `CHATWOOT_SANDBOX_DIR` overrides it. */
export function sandboxFolders(
  root = resolve(process.env["CHATWOOT_SANDBOX_DIR"] || join(sandboxProject(), ".sandbox")),
) {
  return {
    root,
    /** Control plane: data, certificates, logs. */
    cluster: join(root, "cluster"),
    /** The flyctl stand-in's state and its log of calls. */
    fly: join(root, "fly"),
    /** flyctl's own configuration. */
    flyConfig: join(root, "fly-config"),
    /** Evidence of every deployment to Fly; `CHATWOOT_ARTIFACTS_DIR` overrides the folder. */
    artifacts: resolve(process.env["CHATWOOT_ARTIFACTS_DIR"] || join(root, "artifacts")),
    /** State of the embedded engine. */
    state: (stack: string) => join(root, "state", `${stack}.json`),
    /** State of the real Pulumi. */
    pulumi: join(root, "pulumi"),
    /** The stack file merged with the sandbox's values. */
    stackFile: (stack: string) => join(root, "stacks", `Pulumi.${stack}.yaml`),
    /** The database of the support pipeline's facts. */
    facts: (stack: string) => join(root, "facts", stack),
    /** Values set with `pulumi config set` in this sandbox. */
    settings: (stack: string) => join(root, "settings", `${stack}.json`),
    /** The chosen chart. */
    chart: join(root, "chart.json"),
  };
}

export type SandboxFolders = ReturnType<typeof sandboxFolders>;
