import { objectNames } from "../../../components/kubernetes/names.ts";
import type { Place } from "./place.ts";

/** The command that restarts web or workers. Fly restarts an app's groups only together. */
export function restartCommand(place: Place, group: "web" | "worker"): string {
  if (place.target === "fly") return `\`fly apps restart ${place.app}\``;
  const context = place.context === undefined ? "" : ` --context ${place.context}`;
  const deployment = `${objectNames.release}-${group}`;
  return `\`kubectl${context} --namespace ${place.namespace} rollout restart deployment ${deployment}\``;
}
