import { fixedFieldManager } from "../../components/kubernetes/annotations.ts";
import { changedPaths } from "./changes.ts";
import type { Obstacle } from "./database.ts";
import { obstacles, type Known } from "./obstacles.ts";
import { isSame, titleOf, type KubernetesObject } from "./objects.ts";

export interface Finding {
  /** `StatefulSet chatwoot-redis`. */
  object: string;
  verdict: "new" | "ours" | "taken over";
  /** Paths that change in an adopted object. */
  changes: string[];
}

export interface Adoption {
  findings: Finding[];
  /** Problems to fix before the deployment. */
  obstacles: Obstacle[];
}

const ownManager = Object.values(fixedFieldManager)[0];

/** Predicts what `pulumi up` does to a manually created namespace. */
export function judgeAdoption(known: Known): Adoption {
  const findings = known.planned.map((wanted): Finding => {
    const live = known.live.find((one) => isSame(one, wanted));
    const object = titleOf(wanted);
    if (live === undefined) return { object, verdict: "new", changes: [] };
    if (isManaged(live)) return { object, verdict: "ours", changes: [] };
    return { object, verdict: "taken over", changes: changedPaths(wanted, live) };
  });
  return { findings, obstacles: obstacles(known, (one) => !isManaged(one)) };
}

function isManaged({ metadata: { managedFields = [] } }: KubernetesObject): boolean {
  return managedFields.some(({ manager }) => manager === ownManager);
}
