import { join, resolve } from "node:path";
import { projectFolder } from "../../lib/project-folder.ts";

/** Everything that the sandbox keeps, in one folder that git ignores; `CHATWOOT_SANDBOX_DIR` puts it elsewhere. */
export function sandboxFolders(root = resolve(process.env["CHATWOOT_SANDBOX_DIR"] || join(projectFolder, ".sandbox"))) {
  return {
    root,
    /** Control plane: data, certificates, logs. */
    cluster: join(root, "cluster"),
    /** What the flyctl stand-in knows and has been asked. */
    fly: join(root, "fly"),
    /** Where flyctl keeps its own configuration. */
    flyConfig: join(root, "fly-config"),
    /** Evidence of every deployment to Fly; `CHATWOOT_ARTIFACTS_DIR` puts it elsewhere. */
    artifacts: resolve(process.env["CHATWOOT_ARTIFACTS_DIR"] || join(root, "artifacts")),
    /** State of the embedded engine. */
    state: (stack: string) => join(root, "state", `${stack}.json`),
    /** State of the real Pulumi. */
    pulumi: join(root, "pulumi"),
    /** The stack file with the sandbox's values laid over it. */
    stackFile: (stack: string) => join(root, "stacks", `Pulumi.${stack}.yaml`),
    /** The database of the support pipeline's facts. */
    facts: (stack: string) => join(root, "facts", stack),
    /** What `pulumi config set` has set in this sandbox. */
    settings: (stack: string) => join(root, "settings", `${stack}.json`),
    /** Which chart was chosen. */
    chart: join(root, "chart.json"),
  };
}

export type SandboxFolders = ReturnType<typeof sandboxFolders>;
