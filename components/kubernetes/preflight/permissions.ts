import type { Answer, Question } from "./api.ts";
import type { Commands } from "./commands.ts";
import type { PreflightSettings, Requirement } from "./requirement.ts";

/** The kinds that this stack creates in its namespace and for which a user may lack the right: `resource.group`. */
function neededRights({ kubernetes }: PreflightSettings): string[] {
  const { ingress, networkPolicies, postgres } = kubernetes;
  return [
    "secrets",
    "persistentvolumeclaims",
    "deployments.apps",
    "statefulsets.apps",
    "jobs.batch",
    "clusters.postgresql.cnpg.io",
    ...(networkPolicies.enabled ? ["networkpolicies.networking.k8s.io"] : []),
    ...(ingress.mode === "ingress" ? ["ingresses.networking.k8s.io"] : []),
    ...(ingress.mode === "gateway" ? ["httproutes.gateway.networking.k8s.io"] : []),
    ...(postgres.backup ? ["objectstores.barmancloud.cnpg.io"] : []),
    ...(postgres.backup?.drill ? ["roles.rbac.authorization.k8s.io"] : []),
  ];
}

/** One requirement, because one administrator grants these rights together. The reviews change nothing. */
export function permissions(settings: PreflightSettings, commands: Commands): Requirement {
  const { namespace } = settings.kubernetes;
  const rights = neededRights(settings);
  return {
    key: "kubernetes.context",
    questions: [
      { path: `/api/v1/namespaces/${namespace}` },
      review("namespaces", undefined),
      ...rights.map((right) => review(right, namespace)),
    ],
    judge(found, mayMakeNamespace, ...answers) {
      const denied = rights.filter((_right, index) => isDenied(answers[index]));
      const lacksNamespace = found?.status === 404 && isDenied(mayMakeNamespace);
      const lacking = [...(lacksNamespace ? [`the namespace ${namespace}, which does not exist`] : []), ...denied];
      if (lacking.length === 0) return undefined;
      return (
        `its user may not create ${lacking.join(", ")}. Request these rights in the namespace ${namespace}; ` +
        `list your rights with \`${commands.kubectl("auth", "can-i", "--list", "--namespace", namespace)}\``
      );
    },
  };
}

function review(right: string, namespace: string | undefined): Question {
  const [resource, ...group] = right.split(".");
  const resourceAttributes = { verb: "create", resource, group: group.join("."), ...(namespace && { namespace }) };
  return {
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes } },
  };
}

/** An API server without reviews is not a problem: the deployment then shows missing rights. */
function isDenied(answer: Answer | undefined): boolean {
  const { allowed } = (answer?.body as { status?: { allowed?: boolean } } | undefined)?.status ?? {};
  return answer !== undefined && answer.status < 300 && allowed === false;
}
