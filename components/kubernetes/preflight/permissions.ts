import { deployed } from "../../../config/schema/kubernetes/external.ts";
import type { Answer, Question } from "./api.ts";
import type { Commands } from "./commands.ts";
import type { PreflightSettings, Requirement } from "./requirement.ts";

/** The kinds that this stack creates in its namespace and for which a user may lack the right: `resource.group`. */
function neededRights({ kubernetes, storage }: PreflightSettings): string[] {
  const { ingress, networkPolicies } = kubernetes;
  const postgres = deployed(kubernetes.postgres);
  const redis = deployed(kubernetes.redis);
  return [
    "secrets",
    ...(postgres || redis || storage.kind === "claim" ? ["persistentvolumeclaims"] : []),
    "deployments.apps",
    ...(redis ? ["statefulsets.apps"] : []),
    "jobs.batch",
    ...(postgres ? ["clusters.postgresql.cnpg.io"] : []),
    ...(networkPolicies.enabled ? ["networkpolicies.networking.k8s.io"] : []),
    ...(ingress.mode === "ingress" ? ["ingresses.networking.k8s.io"] : []),
    ...(ingress.mode === "gateway" ? ["httproutes.gateway.networking.k8s.io"] : []),
    ...(postgres?.backup ? ["objectstores.barmancloud.cnpg.io"] : []),
    ...(postgres?.backup?.drill ? ["roles.rbac.authorization.k8s.io"] : []),
  ];
}

/** One requirement, because one administrator grants these rights together. The reviews change nothing. */
export function permissions(settings: PreflightSettings, commands: Commands): Requirement {
  const { namespace } = settings.kubernetes;
  const rights = neededRights(settings);
  return {
    key: "kubernetes.context",
    questions: rights.map((right) => review(right, namespace)),
    judge(...answers) {
      const lacking = rights.filter((_right, index) => isDenied(answers[index]));
      if (lacking.length === 0) return undefined;
      return `its user may not create ${lacking.join(", ")}. ${requestRights(namespace, commands)}`;
    },
  };
}

/** The namespace: it may be created if it does not exist, and nothing can be created in one that is being deleted. */
export function namespace({ kubernetes }: PreflightSettings, commands: Commands): Requirement {
  const { namespace: name } = kubernetes;
  return {
    key: "kubernetes.namespace",
    questions: [{ path: `/api/v1/namespaces/${name}` }, review("namespaces", undefined)],
    judge(found, mayCreate) {
      const since = (found?.body as { metadata?: { deletionTimestamp?: string } } | undefined)?.metadata
        ?.deletionTimestamp;
      if (since !== undefined)
        return (
          `${name} is being deleted since ${since}, with everything in it. Wait until it is gone: ` +
          `\`${commands.kubectl("wait", "--for=delete", `namespace/${name}`, "--timeout=10m")}\`. Then run ` +
          `\`pulumi up --refresh\`: it names what is missing, and how to create it empty or from a backup`
        );
      if (found?.status === 404 && isDenied(mayCreate))
        return `your user may not create the namespace ${name}, which does not exist. ${requestRights(name, commands)}`;
      return undefined;
    },
  };
}

const requestRights = (namespace: string, commands: Commands): string =>
  `Request these rights in the namespace ${namespace}; ` +
  `list your rights with \`${commands.kubectl("auth", "can-i", "--list", "--namespace", namespace)}\``;

function review(right: string, namespace: string | undefined): Question {
  const [resource, ...group] = right.split(".");
  const resourceAttributes = { verb: "create", resource, group: group.join("."), ...(namespace && { namespace }) };
  return {
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes } },
  };
}

function isDenied(answer: Answer | undefined): boolean {
  return (answer?.body as { status?: { allowed?: boolean } } | undefined)?.status?.allowed === false;
}
