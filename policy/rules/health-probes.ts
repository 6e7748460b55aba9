import { machineConfigOf } from "../fly.ts";
import { isKind, longRunning, podOf, sameNamespace, selects, specOf, stayingContainersOf } from "../kubernetes.ts";
import { entriesOf, isObject, listOf, type Props, type Resource } from "../resource.ts";
import type { Rule, Violation } from "../rule.ts";

export const healthProbes: Rule = {
  name: "health-probes",
  wants:
    "Everything that goes on running is asked whether it lives, and what serves requests whether it is ready for them.",
  reason:
    "A process that hangs is never started again, a release counts as good before it answers, and requests go to pods that cannot take them.",
  fix: "Add a `livenessProbe`, and behind a Service a `readinessProbe`; on Fly a check for each process group. Ask no shared database in them.",
  level: "mandatory",
  settings: {},
  ofStack: (resources) => [...podsWithoutProbes(resources), ...groupsWithoutChecks(resources)],
};

function podsWithoutProbes(resources: readonly Resource[]): Violation[] {
  const services = resources.filter((resource) => isKind(resource, "Service"));
  return resources
    .filter((resource) => isKind(resource, ...longRunning))
    .flatMap((resource) => {
      const labels = podOf(resource)?.labels ?? {};
      const served = services.some(
        (service) =>
          sameNamespace(service, resource) &&
          isObject(specOf(service)["selector"]) &&
          selects({ matchLabels: specOf(service)["selector"] }, labels),
      );
      return stayingContainersOf(resource).flatMap((container) =>
        missingProbes(container, served).map((probe) => ({
          resource,
          message: `container ${container.name} has no ${probe}. Add one.`,
        })),
      );
    });
}

function missingProbes({ livenessProbe, readinessProbe, ports }: Props, served: boolean): string[] {
  const lives = livenessProbe === undefined ? ["livenessProbe"] : [];
  const answers = served && listOf(ports).length > 0 && readinessProbe === undefined;
  return answers ? [...lives, "readinessProbe although a Service leads to it"] : lives;
}

function groupsWithoutChecks(resources: readonly Resource[]): Violation[] {
  return resources.flatMap((resource) => {
    const config = machineConfigOf(resource);
    if (config === undefined) return [];
    const checked = new Set(checkedGroups(config));
    const groups = entriesOf(config["processes"]).map(([name]) => name);
    return (groups.length === 0 ? ["app"] : groups)
      .filter((group) => !checked.has(group))
      .map((group) => ({ resource, message: `process group ${group} has no check in fly.toml. Add one.` }));
  });
}

function checkedGroups(config: Props): string[] {
  const groupsOf = ({ processes }: Props): string[] =>
    Array.isArray(processes) ? processes.filter((name): name is string => typeof name === "string") : ["app"];
  const services = [
    ...(isObject(config["http_service"]) ? [config["http_service"]] : []),
    ...listOf(config["services"]),
  ];
  const hasChecks = ({ checks, http_checks: http, tcp_checks: tcp }: Props): boolean =>
    [checks, http, tcp].some((list) => listOf(list).length > 0);
  const own = entriesOf(config["checks"]).map(([, check]) => check as Props);
  return [...services.filter(hasChecks), ...own].flatMap(groupsOf);
}
