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
 * A tool that the user provides: helm with the cache's variable `HELM`, the others in the folder KUBEBUILDER_ASSETS, which
 * controller developers usually have. Other tools are built. A variable with a missing path is an error.
 */
export function givenTool(cache: ToolCache, tool: ToolName, exists = isExecutable): string | undefined {
  if (tool === "helm") {
    const helm = cache.setting("HELM");
    if (helm === undefined) return undefined;
    if (!exists(helm))
      throw new Error(`${cache.variable("HELM")}: ${helm} is not a program. Correct the path or unset it.`);
    return helm;
  }
  const folder = cache.env["KUBEBUILDER_ASSETS"];
  if (!folder) return undefined;
  const path = join(folder, tool);
  if (exists(path)) return path;
  // setup-envtest does not include the controller manager, so only that may be missing.
  if (tool === "kube-controller-manager") return undefined;
  throw new Error(`KUBEBUILDER_ASSETS: no ${tool} in ${folder}. Correct the path, or unset it to build ${tool}.`);
}
