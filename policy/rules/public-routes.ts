import { publicRouteFlags } from "../../components/kubernetes/sso/routes.ts";
import { containersOf, isKind, nameOf, podOf, sameNamespace, selects, specOf } from "../kubernetes.ts";
import { isObject, listOf, textOf, type Props, type Resource } from "../resource.ts";
import type { Rule, Violation } from "../rule.ts";

interface Settings {
  alsoPublic: string[];
}

export const publicRoutes: Rule<Settings> = {
  name: "public-routes",
  requirement: "Every public route is in the table of components/kubernetes/sso/routes.ts.",
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
    return [...opened, ...gates.flatMap(trustedHeaders), ...bypasses(resources, gates)];
  },
};

const routeFlag = /^--?(?:skip-auth-route|skip-auth-regex)(?:=(.*))?$/;

const wordsOf = (resource: Resource): string[] =>
  containersOf(resource)
    .flatMap(({ command, args }) => [command as unknown, args as unknown])
    .flatMap((words) => (Array.isArray(words) ? words : []))
    .filter((word): word is string => typeof word === "string");

function isGate(resource: Resource): boolean {
  if (!isKind(resource, "Deployment", "StatefulSet", "DaemonSet")) return false;
  const named = containersOf(resource).some(({ image }) => /(^|\/)oauth2-proxy([:@]|$)/.test(textOf(image) ?? ""));
  return named || wordsOf(resource).some((word) => routeFlag.test(word));
}

function openings(gate: Resource): string[] {
  const words = wordsOf(gate);
  const flags = words.flatMap((word, i) => {
    const match = routeFlag.exec(word);
    return match === null ? [] : [match[1] ?? words[i + 1] ?? ""];
  });
  const variables = containersOf(gate)
    .flatMap(({ env }) => listOf(env))
    .filter(({ name }) => /^OAUTH2_PROXY_SKIP_AUTH_(ROUTES|REGEX)$/.test(String(name)))
    .flatMap(({ value }) => (textOf(value) ?? "an unknown value").split(","));
  return [...flags, ...variables];
}

/** With --reverse-proxy, a client sets the checked route in a header. */
function trustedHeaders(resource: Resource): Violation[] {
  const believed = wordsOf(resource).some((word) => /^--?reverse-proxy(=true)?$/.test(word));
  const message = "has --reverse-proxy, which lets clients choose the checked route. Remove it.";
  return believed ? [{ resource, message }] : [];
}

/** With a gate, every external request must pass it. */
function bypasses(resources: readonly Resource[], gates: readonly Resource[]): Violation[] {
  if (gates.length === 0) return [];
  const isOfGate = (service: Resource): boolean =>
    isObject(specOf(service)["selector"]) &&
    gates.some(
      (gate) =>
        sameNamespace(gate, service) &&
        selects({ matchLabels: specOf(service)["selector"] }, podOf(gate)?.labels ?? {}),
    );
  const services = resources.filter((resource) => isKind(resource, "Service") && isOfGate(resource)).map(nameOf);
  return resources.flatMap((resource) =>
    backends(resource)
      .filter(({ service }) => service !== undefined && !services.includes(service))
      .map(({ path, service }) => ({
        resource,
        message: `routes ${path} to ${service}, bypassing single sign-on. Route it to ${services[0] ?? "the gate's Service"}.`,
      })),
  );
}

interface Backend {
  path: string;
  service: string | undefined;
}

function backends(resource: Resource): Backend[] {
  const spec = specOf(resource);
  if (isKind(resource, "Ingress")) {
    const named = (path: unknown, backend: unknown): Backend => ({
      path: textOf(path) ?? "/",
      service: textOf((backend as Props | undefined)?.["service"]?.["name"]),
    });
    const paths = listOf(spec["rules"]).flatMap(({ http }) => listOf((http as Props | undefined)?.["paths"]));
    const standard = isObject(spec["defaultBackend"]) ? [named("everything else", spec["defaultBackend"])] : [];
    return [...paths.map(({ path, backend }) => named(path, backend)), ...standard];
  }
  if (!isKind(resource, "HTTPRoute")) return [];
  return listOf(spec["rules"]).flatMap(({ matches, backendRefs }) => {
    const paths = listOf(matches).map(({ path }) => textOf((path as Props | undefined)?.["value"]) ?? "/");
    return listOf(backendRefs).map(({ name }) => ({ path: paths.join(", ") || "/", service: textOf(name) }));
  });
}
