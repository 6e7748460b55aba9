import { controllerOf, controllers, type Controller } from "../edge/controllers.ts";
import { objectNames } from "../names.ts";
import type { Answer, Question } from "./api.ts";
import type { Commands } from "./commands.ts";
import { itemsOf, type PreflightSettings, type Requirement, type Verdict } from "./requirement.ts";
import { misplaced, podsAt, type Pod } from "./whereabouts.ts";

interface Class {
  metadata: { name: string };
  spec?: { controller?: string; controllerName?: string };
}
interface Gateway {
  metadata: { name: string };
  spec?: { gatewayClassName?: string };
}

/** Which controller serves the address, what it needs, and where its traffic comes from. */
export function entrance(settings: PreflightSettings, commands: Commands): Requirement[] {
  const { ingress, networkPolicies, namespace } = settings.kubernetes;
  if (ingress.mode === "none") return [];
  const { questions, read, className, route, key } = ways(ingress, namespace);
  const known = (answers: readonly Answer[]): Controller | undefined => controllerOf(read(answers), className);
  const kind: Requirement = {
    key,
    questions: [...questions, { path: route }],
    learn(...answers) {
      const controller = read(answers);
      return controller === undefined ? {} : { controller };
    },
    judge(...answers): Verdict {
      const { name, needs } = known(answers) ?? {};
      // Named before the first deployment: whether an administrator has done it cannot be seen.
      const isDeployed = answers.at(-1)?.status === 200;
      if (needs === undefined || isDeployed || networkPolicies.ingressNetworks.length > 0) return undefined;
      return { message: `is served by ${name}: ${needs}`, isWarning: true };
    },
  };
  if (!networkPolicies.enabled) return [kind];
  const gatewayName = ingress.mode === "gateway" ? ingress.gateway.name : "";
  const selectors = podSelectors(ingress.mode, gatewayName);
  const place: Requirement = {
    key: "kubernetes.networkPolicies.ingressNamespace",
    questions: [...questions, ...selectors.map((selector) => podsAt(selector))],
    judge(...answers): Verdict {
      const controller = known(answers);
      if (controller === undefined) return undefined;
      const wanted = (controller.pods ?? []).map((labels) => labelsOf(labels, gatewayName));
      const pods = answers
        .slice(questions.length)
        .flatMap((answer) => itemsOf<Pod>(answer))
        .filter(({ metadata }) => wanted.some((labels) => hasAll(metadata.labels, labels)));
      if (pods.length > 0 && pods.every(({ spec }) => spec?.hostNetwork === true)) {
        if (networkPolicies.ingressNetworks.length > 0) return undefined;
        return {
          key: "kubernetes.networkPolicies.ingressNetworks",
          message:
            `is empty, but ${controller.name} uses the network of its nodes, whose addresses no namespace matches. ` +
            `Set it to the network of the nodes: \`${commands.kubectl("get", "nodes", "--output", "wide")}\``,
          isWarning: true,
        };
      }
      return misplaced(networkPolicies.ingressNamespace, controller.name, "visitors get no answer (504)", pods);
    },
  };
  return [kind, place];
}

/** How the class of the address is read; the last question is about the deployed route. */
function ways(
  ingress: Exclude<PreflightSettings["kubernetes"]["ingress"], { mode: "none" }>,
  namespace: string,
): {
  key: string;
  questions: Question[];
  read: (answers: readonly Answer[]) => string | undefined;
  className?: string;
  route: string;
} {
  if (ingress.mode === "ingress") {
    const api = "/apis/networking.k8s.io/v1";
    return {
      key: "kubernetes.ingress.className",
      questions: [{ path: `${api}/ingressclasses` }],
      read: ([classes]) => named<Class>(classes, ingress.className)?.spec?.controller,
      className: ingress.className,
      route: `${api}/namespaces/${namespace}/ingresses/${objectNames.release}`,
    };
  }
  const api = "/apis/gateway.networking.k8s.io/v1";
  return {
    key: "kubernetes.ingress.gateway",
    questions: [{ path: `${api}/namespaces/${ingress.gateway.namespace}/gateways` }, { path: `${api}/gatewayclasses` }],
    read([gateways, classes]) {
      const className = named<Gateway>(gateways, ingress.gateway.name)?.spec?.gatewayClassName;
      return className === undefined ? undefined : named<Class>(classes, className)?.spec?.controllerName;
    },
    route: `${api}/namespaces/${namespace}/httproutes/${objectNames.release}`,
  };
}

const named = <T extends { metadata: { name: string } }>(answer: Answer | undefined, name: string): T | undefined =>
  itemsOf<T>(answer).find(({ metadata }) => metadata.name === name);

const labelsOf = (labels: Readonly<Record<string, string>>, gateway: string): [string, string][] =>
  Object.entries(labels).map(([label, value]) => [label, value === "GATEWAY" ? gateway : value]);

const hasAll = (labels: Readonly<Record<string, string>> = {}, wanted: readonly [string, string][]): boolean =>
  wanted.every(([label, value]) => labels[label] === value);

/** One selector per label, so that few questions find the pods of every controller. */
function podSelectors(mode: "ingress" | "gateway", gateway: string): string[] {
  const values = new Map<string, Set<string>>();
  for (const { pods = [] } of controllers)
    for (const [label, value] of pods.flatMap((labels) => labelsOf(labels, gateway)))
      if (value !== "") values.set(label, (values.get(label) ?? new Set()).add(value));
  return [...values]
    .filter(([label]) => mode === "ingress" || label !== "name")
    .map(([label, each]) => `${label} in (${[...each].sort().join(",")})`);
}
