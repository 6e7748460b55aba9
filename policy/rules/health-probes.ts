import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { machineConfigOf } from "../fly.ts";
import { isKind, longRunning, podOf, sameNamespace, selects, specOf, appContainersOf } from "../kubernetes.ts";
import { entriesOf, isObject, listOf, type Props, type Resource, type Value } from "../resource.ts";
import type { Rule, Violation } from "../rule.ts";
import { numberOr } from "../scale.ts";

export const healthProbes: Rule = {
  name: "health-probes",
  requirement:
    "Every long-running container has a liveness probe, and every container behind a Service a readiness probe, which ask it and notice a failure within ten minutes.",
  reason:
    "Otherwise a hanging process is never restarted, a release succeeds before it answers, and requests go to pods that are not ready.",
  fix: "Add a `livenessProbe`, and behind a Service a `readinessProbe`; on Fly a check for each process group. Probes must not query a shared database.",
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
      return appContainersOf(resource).flatMap((container) =>
        missingProbes(container, served).map((probe) => ({
          resource,
          message: `container ${container.name} has no ${probe}. Add one.`,
        })),
      );
    });
}

function missingProbes({ livenessProbe, readinessProbe, ports }: Props, served: boolean): string[] {
  const lives = isProbe(livenessProbe) ? [] : ["livenessProbe"];
  const answers = served && listOf(ports).length > 0 && !isProbe(readinessProbe);
  return answers ? [...lives, "readinessProbe although a Service selects it"] : lives;
}

/** Commands that ask a server. Others could end well whatever the container does. */
const askingPrograms = /\b(redis-cli|pg_isready|wget|curl|nc)\b/;
const longestSeconds = 600;

function isProbe(probe: Value): boolean {
  if (probe === unknownValue) return true;
  if (!isObject(probe)) return false;
  const { httpGet, tcpSocket, grpc, exec, periodSeconds, failureThreshold, timeoutSeconds } = probe;
  const words = isObject(exec) && Array.isArray(exec["command"]) ? exec["command"].join(" ") : "";
  const asks =
    [httpGet, tcpSocket, grpc].some(isObject) ||
    (askingPrograms.test(words) && !/\|\||;\s*(true|exit 0)\s*$/.test(words));
  const seconds = numberOr(periodSeconds, 10) * numberOr(failureThreshold, 3) + numberOr(timeoutSeconds, 1);
  // A probe of another host says nothing about the container.
  const elsewhere = [httpGet, tcpSocket].some((each) => isObject(each) && each["host"] !== undefined);
  return asks && !elsewhere && seconds <= longestSeconds;
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
