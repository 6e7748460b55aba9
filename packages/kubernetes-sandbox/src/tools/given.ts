import { accessSync, constants } from "node:fs";
import { join } from "node:path";

export const toolNames = ["etcd", "kube-apiserver", "kube-controller-manager", "helm"] as const;
export type ToolName = (typeof toolNames)[number];

type Env = Readonly<Record<string, string | undefined>>;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A tool that the user brings along: helm by CHATWOOT_SANDBOX_HELM, the others from the folder KUBEBUILDER_ASSETS, which
 * controller developers have anyway. What is not there is built; a variable that points nowhere is an error.
 */
export function givenTool(tool: ToolName, env: Env = process.env, exists = isExecutable): string | undefined {
  if (tool === "helm") {
    const helm = env.CHATWOOT_SANDBOX_HELM;
    if (!helm) return undefined;
    if (!exists(helm)) throw new Error(`CHATWOOT_SANDBOX_HELM: ${helm} is no program. Correct the path or unset it.`);
    return helm;
  }
  const folder = env.KUBEBUILDER_ASSETS;
  if (!folder) return undefined;
  const path = join(folder, tool);
  if (exists(path)) return path;
  // setup-envtest brings no controller manager, so that one alone may be missing.
  if (tool === "kube-controller-manager") return undefined;
  throw new Error(`KUBEBUILDER_ASSETS: there is no ${tool} in ${folder}. Correct the path or unset it to build it.`);
}
