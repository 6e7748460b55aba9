import { fixedFieldManager } from "../../components/kubernetes/annotations.ts";
import { changedPaths } from "./changes.ts";
import type { Obstacle } from "./database.ts";
import { obstacles, type Known } from "./obstacles.ts";
import { isSame, titleOf, type KubernetesObject } from "./objects.ts";

export interface Finding {
  /** `StatefulSet chatwoot-redis`. */
  object: string;
  verdict: "new" | "ours" | "taken over";
  /** What changes in an object that is taken over, by paths. */
  changes: string[];
}

export interface Adoption {
  findings: Finding[];
  /** What has to be done first. */
  obstacles: Obstacle[];
}

const ownManager = Object.values(fixedFieldManager)[0];

/** What `pulumi up` would make of a namespace that somebody made by hand. */
export function judgeAdoption(known: Known): Adoption {
  const findings = known.planned.map((wanted): Finding => {
    const live = known.live.find((one) => isSame(one, wanted));
    const object = titleOf(wanted);
    if (live === undefined) return { object, verdict: "new", changes: [] };
    if (isOurs(live)) return { object, verdict: "ours", changes: [] };
    return { object, verdict: "taken over", changes: changedPaths(wanted, live) };
  });
  return { findings, obstacles: obstacles(known, (one) => !isOurs(one)) };
}

function isOurs({ metadata: { managedFields = [] } }: KubernetesObject): boolean {
  return managedFields.some(({ manager }) => manager === ownManager);
}
