import type { KubeObject } from "../../kube-client.ts";
import { mergeConditions, type Condition } from "../conditions.ts";
import type { StandIn } from "../stand-in.ts";
import type { Lookup } from "../world.ts";

/** The missing services of a route. */
function missingBackends(route: KubeObject, world: Lookup): string[] {
  const rules = (route.spec.rules ?? []) as { backendRefs?: { kind?: string; name: string; namespace?: string }[] }[];
  return rules
    .flatMap(({ backendRefs = [] }) => backendRefs)
    .filter(({ kind = "Service" }) => kind === "Service")
    .filter(({ name, namespace = route.metadata.namespace }) => !world.get("Service", namespace, name))
    .map(({ name }) => name);
}

/** Accepts routes for each parent. Gateways are not checked. */
export const routes: StandIn = {
  name: "http-route",
  kind: "HTTPRoute",
  wakes: ["Service"],
  async reconcile(route, context) {
    const missing = missingBackends(route, context.world);
    const observedGeneration = route.metadata.generation ?? 1;
    const conditions: Condition[] = [
      { type: "Accepted", status: "True", reason: "Accepted", message: "simulated by the sandbox", observedGeneration },
      missing.length === 0
        ? { type: "ResolvedRefs", status: "True", reason: "ResolvedRefs", message: "", observedGeneration }
        : {
            type: "ResolvedRefs",
            status: "False",
            reason: "BackendNotFound",
            message: `no service ${missing.join(", ")}`,
            observedGeneration,
          },
    ];
    const before = (route.status?.parents?.[0]?.conditions ?? []) as Condition[];
    const isCurrent = conditions.every((wanted) =>
      before.some(
        (known) =>
          known.type === wanted.type &&
          known.status === wanted.status &&
          known.message === wanted.message &&
          known.observedGeneration === observedGeneration,
      ),
    );
    if (!isCurrent) {
      const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
      const parents = ((route.spec.parentRefs ?? []) as object[]).map((parentRef) => ({
        parentRef,
        controllerName: "sandbox.local/gateway",
        conditions: mergeConditions(before, conditions, now),
      }));
      await context.patch("HTTPRoute", route, { status: { parents } }, "status");
    }
    return { waiting: missing.length > 0 };
  },
};
