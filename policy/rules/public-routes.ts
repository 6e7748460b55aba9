import { publicRouteFlags } from "../../components/kubernetes/sso/routes.ts";
import { gateServices, isGate, signOf, wordsOf } from "../gate.ts";
import { containersOf, isKind } from "../kubernetes.ts";
import type { Resource } from "../resource.ts";
import { backendsOf } from "../routes.ts";
import type { Rule, Violation } from "../rule.ts";

interface Settings {
  alsoPublic: string[];
}

export const publicRoutes: Rule<Settings> = {
  name: "public-routes",
  requirement:
    "With single sign-on there is a gate, every external request passes it, and its public routes are in the table of components/kubernetes/sso/routes.ts.",
  reason:
    "The routes of the table are reviewed and tested with the real proxy; any other bypass of single sign-on is unintended.",
  fix: "Add the route to the table with its reason and an example, or to `alsoPublic`; route every Ingress and HTTPRoute to the proxy.",
  level: "mandatory",
  settings: {
    alsoPublic: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Reviewed routes of `kubernetes.sso.publicRoutes`",
    },
  },
  ofStack(resources, { settings }) {
    const gates = resources.filter(isGate);
    const known = new Set([...publicRouteFlags(true), ...settings.alsoPublic]);
    const opened = gates.flatMap((resource) =>
      openings(resource)
        .filter((route) => !known.has(route))
        .map((route) => ({
          resource,
          message: `lets ${route} through, which is not in the table of public routes. Add it to the table.`,
        })),
    );
    return [...opened, ...withoutGate(resources, gates), ...bypasses(resources, gates)];
  },
};

function openings(gate: Resource): string[] {
  return containersOf(gate)
    .flatMap(wordsOf)
    .flatMap((word) => /^--skip-auth-route=([^]*)$/.exec(word)?.[1] ?? []);
}

function withoutGate(resources: readonly Resource[], gates: readonly Resource[]): Violation[] {
  const sign = signOf(resources);
  if (sign === undefined || isGate(sign)) return [];
  if (gates.length === 0)
    return [{ resource: sign, message: "has no proxy, so nothing asks for single sign-on. Add it again." }];
  const services = gateServices(gates, resources);
  return services.length > 0
    ? []
    : [{ resource: sign, message: "has no Service that leads to the proxy alone. Add it again." }];
}

/** With a gate, every external request must pass it. */
function bypasses(resources: readonly Resource[], gates: readonly Resource[]): Violation[] {
  if (signOf(resources) === undefined) return [];
  return resources
    .filter((resource) => isKind(resource, "Ingress", "HTTPRoute"))
    .flatMap((resource) => {
      const services = gateServices(gates, resources, resource);
      return backendsOf(resource)
        .filter(
          ({ service, port }) =>
            service === undefined || !services.includes(service) || !["4180", "http"].includes(port),
        )
        .map(({ path, service, port }) => ({
          resource,
          message: `routes ${path} to ${service ?? "something else"}:${port}, bypassing single sign-on. Route it to ${services[0] ?? "the gate's Service"}:4180.`,
        }));
    });
}
