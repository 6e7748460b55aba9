import type { Commands } from "./commands.ts";
import { reading, type Requirement } from "./requirement.ts";

interface Gateway {
  metadata: { name: string };
  spec?: { listeners?: Listener[] };
}
interface Listener {
  name: string;
  hostname?: string;
  allowedRoutes?: { namespaces?: { from?: string } };
}

/** The Gateway, with a listener that accepts a route for this host from this namespace. */
export function gateway(
  { name, namespace, sectionName }: { name: string; namespace: string; sectionName?: string | undefined },
  route: { namespace: string; host: string },
  commands: Commands,
): Requirement {
  const look = `\`${commands.kubectl("describe", "gateway", name, "--namespace", namespace)}\``;
  const path = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/gateways`;
  return reading("kubernetes.ingress.gateway", path, ({ status, body }) => {
    if (status !== 200) return undefined;
    const gateways = (body as { items?: Gateway[] } | undefined)?.items ?? [];
    const found = gateways.find(({ metadata }) => metadata.name === name);
    if (found === undefined) {
      const others = gateways.map(({ metadata }) => metadata.name).sort();
      const there = others.length === 0 ? "has none" : `has ${others.join(", ")}`;
      return `is ${namespace}/${name}, which does not exist: the namespace ${there}. Set one of \`${commands.kubectl("get", "gateway", "--all-namespaces")}\``;
    }
    const named = (found.spec?.listeners ?? []).filter(
      (each) => sectionName === undefined || each.name === sectionName,
    );
    if (named.length === 0) return `has no listener ${sectionName}. Set one of ${look}`;
    const open = named.filter((each) => takesNamespace(each, namespace, route.namespace));
    if (open.length === 0)
      return `accepts no routes from the namespace ${route.namespace}. Set allowedRoutes.namespaces of a listener: ${look}`;
    if (open.some(({ hostname }) => takesHost(hostname, route.host))) return undefined;
    return `has no listener for ${route.host}. Add one, or correct url: ${look}`;
  });
}

/** Selectors by label are not evaluated here; the Gateway rejects the route if they do not match. */
function takesNamespace({ allowedRoutes }: Listener, own: string, other: string): boolean {
  const from = allowedRoutes?.namespaces?.from ?? "Same";
  return from === "Same" ? own === other : from !== "None";
}

function takesHost(pattern: string | undefined, host: string): boolean {
  if (pattern === undefined || pattern === "" || pattern === host) return true;
  return pattern.startsWith("*.") && host.endsWith(pattern.slice(1));
}
