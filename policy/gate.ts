import {
  isKind,
  longRunning,
  nameOf,
  podOf,
  podsOf,
  sameNamespace,
  selects,
  specOf,
  containersOf,
} from "./kubernetes.ts";
import { isObject, textOf, type Props, type Resource } from "./resource.ts";

/** The flags of the gate, and the arguments of any container that passes for one. */
const routeFlag = /^--?skip-auth-(route|regex|preflight)/;

/** The command and arguments of a container. */
export function wordsOf({ command, args }: Props): string[] {
  return [command, args]
    .flatMap((words) => (Array.isArray(words) ? (words as unknown[]) : []))
    .filter((word): word is string => typeof word === "string");
}

/** Whether a workload is the proxy of single sign-on: by its role, its image, or its flags. */
export function isGate(resource: Resource): boolean {
  if (!isKind(resource, ...longRunning)) return false;
  return (
    podOf(resource)?.labels["app.kubernetes.io/component"] === "proxy" ||
    containersOf(resource).some(
      (container) =>
        /(^|\/)oauth2-proxy([:@]|$)/.test(textOf(container["image"]) ?? "") ||
        wordsOf(container).some((word) => routeFlag.test(word)),
    )
  );
}

/** What says that the stack has single sign-on: its component, the proxy's network policy, or a gate. */
export function signOf(resources: readonly Resource[]): Resource | undefined {
  return resources.find(
    (resource) =>
      resource.type === "chatwoot:kubernetes:SingleSignOn" ||
      isGate(resource) ||
      (isKind(resource, "NetworkPolicy") && isForGate(resource)),
  );
}

const isForGate = (policy: Resource): boolean =>
  specOf(policy)["podSelector"]?.["matchLabels"]?.["app.kubernetes.io/component"] === "proxy";

/** Whether every pod that a Service selects is one of these workloads. */
function leadsTo(service: Resource, workloads: readonly Resource[], resources: readonly Resource[]): boolean {
  const selector: unknown = specOf(service)["selector"];
  if (!isObject(selector) || Object.keys(selector).length === 0) return false;
  const selected = resources.filter(
    (resource) =>
      sameNamespace(resource, service) &&
      podsOf(resource).some(({ labels }) => selects({ matchLabels: selector }, labels)),
  );
  return selected.length > 0 && selected.every((resource) => workloads.includes(resource));
}

/** The names of the Services that lead to these workloads alone, in the namespace of a route. */
export function servicesTo(workloads: readonly Resource[], resources: readonly Resource[], route?: Resource): string[] {
  return resources
    .filter((resource) => isKind(resource, "Service") && (route === undefined || sameNamespace(resource, route)))
    .filter((resource) => leadsTo(resource, workloads, resources))
    .flatMap((service) => nameOf(service) ?? []);
}
