import type { CredentialsConfig } from "../../config/schema/kubernetes/credentials.ts";
import { deployed, type PasswordSource } from "../../config/schema/kubernetes/external.ts";
import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

type Kubernetes = NonNullable<PartialSettings["kubernetes"]>;

/** Checks the ingress, the namespace, the operators and the sources of Secrets. */
export function checkEdge({ kubernetes, url }: PartialSettings): Problem[] {
  if (kubernetes === undefined) return [];
  return [
    ...checkNamespace(kubernetes),
    ...checkAnnotations(kubernetes),
    ...checkHelpCenters(kubernetes, url),
    ...checkInstall(kubernetes),
    ...checkCopied("postgres.backup", deployed(kubernetes.postgres)?.backup?.credentials, kubernetes),
    ...(kubernetes.postgres.kind === "external"
      ? checkCopied("postgres", kubernetes.postgres.credentials, kubernetes)
      : []),
    ...checkCopied("sso", kubernetes.sso?.credentials, kubernetes),
  ];
}

/** The stack's network policies block all other traffic in the namespace, and the namespace is protected. */
function checkNamespace({ namespace, networkPolicies }: Kubernetes): Problem[] {
  const { ingressNamespace, monitoringNamespace, operatorNamespace } = networkPolicies;
  const taken = ["default", ingressNamespace, monitoringNamespace, operatorNamespace];
  if (!taken.includes(namespace) && !namespace.startsWith("kube-")) return [];
  return [
    {
      key: "kubernetes.namespace",
      message: `is ${namespace}, whose other workloads the network policies of this stack would block. Use a dedicated namespace`,
    },
  ];
}

function checkAnnotations({ ingress }: Kubernetes): Problem[] {
  if (ingress.mode !== "ingress") return [];
  const issuers = ["cert-manager.io/cluster-issuer", "cert-manager.io/issuer"];
  return Object.keys(ingress.annotations)
    .filter((name) => issuers.includes(name))
    .map((name) => ({
      key: `kubernetes.ingress.annotations.${name}`,
      message: "creates no certificate without a TLS section. Remove it and set clusterIssuer, which configures both",
    }));
}

function checkHelpCenters({ ingress }: Kubernetes, url: string | undefined): Problem[] {
  if (ingress.mode === "none") return [];
  const { helpCenterHosts: hosts } = ingress;
  const key = "kubernetes.ingress.helpCenterHosts";
  const own = url === undefined ? undefined : new URL(url).hostname;
  return [
    ...(own !== undefined && hosts.includes(own)
      ? [{ key, message: `has ${own}, Chatwoot's own address, whose front page is the dashboard. Remove it` }]
      : []),
    ...hosts
      .filter((name, at) => hosts.indexOf(name) !== at)
      .map((name) => ({ key, message: `names ${name} twice. Remove one of them` })),
  ];
}

function checkInstall({ install, postgres }: Kubernetes): Problem[] {
  const database = deployed(postgres);
  if (!install.barmanPlugin || database === undefined || database.backup !== undefined) return [];
  return [
    {
      key: "kubernetes.install.barmanPlugin",
      message: "is true, but nothing is backed up. Set kubernetes.postgres.backup, or remove it",
    },
  ];
}

function checkCopied(
  owner: string,
  source: CredentialsConfig | PasswordSource | undefined,
  { namespace }: Kubernetes,
): Problem[] {
  if (source?.from !== "copied" || source.namespace !== namespace) return [];
  return [
    {
      key: `kubernetes.${owner}.credentials.namespace`,
      message: `is the namespace of this stack, so there is nothing to copy. Use { from: existing, name: ${source.name} }`,
    },
  ];
}
