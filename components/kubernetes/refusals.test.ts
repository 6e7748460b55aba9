import { describe, expect, test } from "vitest";
import schema from "../../schema/pulumi-stack.schema.json" with { type: "json" };
import { explainRefusal, remedy, type RefusedObject } from "./refusals.ts";

const deployment = (name: string) => ({ kind: "Deployment", name });
const [web, worker, redis, database, proxy, job] = [
  "chatwoot-web",
  "chatwoot-worker-bulk",
  "chatwoot-redis",
  "chatwoot-db",
  "oauth2-proxy-chatwoot",
  "chatwoot-prepare-1a2b",
].map(deployment) as [RefusedObject, RefusedObject, RefusedObject, RefusedObject, RefusedObject, RefusedObject];

/* The texts of the API server's own checks are its own; those of policies are examples of their authors. */
const refusals: [text: string, object: RefusedObject, what: string, settings: string[]][] = [
  [
    "exceeded quota: small, requested: limits.memory=2Gi,requests.cpu=250m, used: limits.memory=0,requests.cpu=0, limited: limits.memory=1Gi,requests.cpu=100m",
    web,
    "quota exceeded",
    ["web.memoryMb", "kubernetes.pods.overrides.web.resources.requests.cpu"],
  ],
  ["exceeded quota: few, requested: pods=1, used: pods=4, limited: pods=4", worker, "quota exceeded", ["worker.count"]],
  [
    "exceeded quota: disk, requested: requests.storage=10Gi, used: requests.storage=0, limited: requests.storage=5Gi",
    { kind: "PersistentVolumeClaim", name: "chatwoot-redis" },
    "quota exceeded",
    ["kubernetes.redis.sizeGi"],
  ],
  [
    "failed quota: strict: must specify limits.cpu for: proxy; requests.ephemeral-storage for: proxy",
    proxy,
    "quota needs limits",
    [
      "kubernetes.pods.overrides.proxy.resources.limits.cpu",
      "kubernetes.pods.overrides.proxy.resources.requests.ephemeral-storage",
    ],
  ],
  [
    "maximum memory usage per Container is 768Mi, but limit is 2Gi",
    job,
    "LimitRange refuses",
    ["kubernetes.pods.overrides.preparation.resources.limits.memory"],
  ],
  [
    "[minimum memory usage per Container is 2Gi, but request is 1Gi, maximum cpu usage per Container is 2.  No limit is specified]",
    database,
    "LimitRange refuses",
    ["kubernetes.postgres.memoryMb", "kubernetes.pods.overrides.database.resources.limits.cpu"],
  ],
  [
    "cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000",
    redis,
    "LimitRange refuses",
    ["kubernetes.pods.overrides.redis.resources.limits.cpu"],
  ],
  [
    "maximum storage usage per PersistentVolumeClaim is 5Gi, but request is 20Gi",
    { kind: "PersistentVolumeClaim", name: "chatwoot-storage" },
    "LimitRange refuses",
    ["storage.sizeGi"],
  ],
  [
    'violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true)',
    web,
    "Pod Security refuses",
    ["kubernetes.runAsNonRoot"],
  ],
  // Always as a non-root user: only a transform can have changed it.
  ['violates PodSecurity "restricted:latest": runAsNonRoot != true', proxy, "Pod Security refuses", []],
  ["no PriorityClass with name urgent was found", web, "object missing", ["kubernetes.pods.priorityClassName"]],
  [
    'admission webhook "validate.kyverno.svc-fail" denied the request: CPU limits are required: rule require-limits failed at path /spec/containers/0/resources/limits/cpu/',
    web,
    "admission refuses",
    ["kubernetes.pods.overrides.web.resources.limits.cpu"],
  ],
  [
    `ValidatingAdmissionPolicy 'registries' with binding 'all' denied request: images must come from registry.example.com`,
    redis,
    "admission refuses",
    ["kubernetes.images.redis"],
  ],
  [
    `admission webhook "gatekeeper.sh" denied the request: [team] you must provide labels: {"team"}`,
    worker,
    "admission refuses",
    ["kubernetes.pods.labels"],
  ],
  [
    `ValidatingAdmissionPolicy 'pool' with binding 'all' denied request: pods need a nodeSelector and a toleration for team=support`,
    web,
    "admission refuses",
    ["kubernetes.pods.nodeSelector", "kubernetes.pods.tolerations"],
  ],
  [`admission webhook "x" denied the request: no`, web, "admission refuses", []],
  [
    `admission webhook "x" denied the request: ingressClassName public is not allowed here`,
    { kind: "Ingress", name: "chatwoot" },
    "admission refuses",
    ["kubernetes.ingress.className"],
  ],
];

/** Whether the stack file's schema has a setting. */
function exists(path: string): boolean {
  type Node = {
    properties?: Record<string, Node>;
    anyOf?: Node[];
    oneOf?: Node[];
    allOf?: Node[];
    then?: Node;
    additionalProperties?: Node;
    $ref?: string;
  };
  const root = schema as unknown as Node & { $defs?: Record<string, Node> };
  const inside = (node: Node | undefined, [first, ...rest]: string[]): boolean => {
    if (node === undefined) return false;
    if (first === undefined) return true;
    const target = node.$ref === undefined ? undefined : root.$defs?.[node.$ref.split("/").at(-1)!];
    const choices = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? []), node.then, target];
    const own =
      node.properties?.[first] ??
      (typeof node.additionalProperties === "object" ? node.additionalProperties : undefined);
    return inside(own, rest) || choices.some((each) => inside(each, [first, ...rest]));
  };
  const [first = "", ...rest] = path.split(".");
  return inside(root, ["config", `chatwoot:${first}`, ...rest]);
}

describe("a refusal", () => {
  test.each(refusals)("%s of %j", (text, object, what, settings) => {
    expect(explainRefusal(text, object)).toMatchObject({ what, settings });
    expect(settings.filter((each) => !exists(each))).toEqual([]);
  });

  test.each([
    'pods is forbidden: User "deployer" cannot create resource "pods" in API group "" in the namespace "chatwoot"',
    'Deployment.apps "chatwoot-web" is invalid: spec.template.spec.containers[0].image: Required value',
    "the server could not find the requested resource",
  ])("is not: %s", (text) => {
    expect(explainRefusal(text, web)).toBeUndefined();
  });

  test("says what to change", () => {
    const [text, object] = refusals[0]!;
    expect(remedy(explainRefusal(text, object)!)).toBe(
      "Change `chatwoot:web.memoryMb` or `chatwoot:kubernetes.pods.overrides.web.resources.requests.cpu`, or raise the quota",
    );
    expect(remedy(explainRefusal('admission webhook "x" denied the request: no', web)!)).toBe(
      "No setting changes it: change the object in transforms.ts (docs/transforms.md), or change the policy",
    );
  });
});
