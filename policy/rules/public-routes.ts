import { publicRouteFlags } from "../../components/kubernetes/sso/routes.ts";
import { isGate, servicesTo, signOf, wordsOf } from "../gate.ts";
import { containersOf, isKind, podOf } from "../kubernetes.ts";
import type { Resource } from "../resource.ts";
import { backendsOf, type Backend } from "../routes.ts";
import type { Rule, Violation } from "../rule.ts";

interface Settings {
  alsoPublic: string[];
}

export const publicRoutes: Rule<Settings> = {
  name: "public-routes",
  requirement:
    "With single sign-on there is a gate, every external request except for a help center's front page passes it, and its public routes are in the table of components/kubernetes/sso/routes.ts.",
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
  const services = servicesTo(gates, resources);
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
      const services = servicesTo(gates, resources, resource);
      const own = gates.flatMap(hostsOf);
      return backendsOf(resource)
        .filter(
          ({ service, port }) =>
            service === undefined || !services.includes(service) || !["4180", "http"].includes(port),
        )
        .filter((backend) => !isHelpCenter(backend, own, servicesTo(webOf(resources), resources, resource)))
        .map(({ path, service, port }) => ({
          resource,
          message: `routes ${path} to ${service ?? "something else"}:${port}, bypassing single sign-on. Route it to ${services[0] ?? "the gate's Service"}:4180.`,
        }));
    });
}

/** The front page alone of another host than Chatwoot's: Chatwoot shows a help center there, which is public. */
function isHelpCenter(
  { hosts, path, isExact, service }: Backend,
  own: readonly string[],
  web: readonly string[],
): boolean {
  const isOther = hosts.length > 0 && own.length > 0 && hosts.every((host) => host !== "*" && !own.includes(host));
  return isOther && isExact && path === "/" && service !== undefined && web.includes(service);
}

/** The host that single sign-on returns to. */
function hostsOf(gate: Resource): string[] {
  const urls = containersOf(gate)
    .flatMap(wordsOf)
    .flatMap((word) => /^--redirect-url=(.*)$/.exec(word)?.[1] ?? []);
  return urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).host);
}

const webOf = (resources: readonly Resource[]): Resource[] =>
  resources.filter((resource) => podOf(resource)?.labels["app.kubernetes.io/component"] === "web");
