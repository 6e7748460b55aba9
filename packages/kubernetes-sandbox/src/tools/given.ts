import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import type { ToolCache } from "./cache.ts";

export const toolNames = ["etcd", "kube-apiserver", "kube-controller-manager", "helm"] as const;
export type ToolName = (typeof toolNames)[number];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A tool that the user brings along: helm by the cache's variable `HELM`, the others from the folder KUBEBUILDER_ASSETS,
 * which controller developers have anyway. What is not there is built; a variable that points nowhere is an error.
 */
export function givenTool(cache: ToolCache, tool: ToolName, exists = isExecutable): string | undefined {
  if (tool === "helm") {
    const helm = cache.setting("HELM");
    if (helm === undefined) return undefined;
    if (!exists(helm))
      throw new Error(`${cache.variable("HELM")}: ${helm} is no program. Correct the path or unset it.`);
    return helm;
  }
  const folder = cache.env["KUBEBUILDER_ASSETS"];
  if (!folder) return undefined;
  const path = join(folder, tool);
  if (exists(path)) return path;
  // setup-envtest brings no controller manager, so that one alone may be missing.
  if (tool === "kube-controller-manager") return undefined;
  throw new Error(`KUBEBUILDER_ASSETS: there is no ${tool} in ${folder}. Correct the path or unset it to build it.`);
}
