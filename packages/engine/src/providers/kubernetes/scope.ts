import { NoSuchKindError, UnreachableError } from "./api-error.ts";
import type { Discovery } from "./discovery.ts";
import { isCrd, pluck, type KubeObject } from "./objects.ts";

/** Built-in cluster-scoped kinds, for use without a cluster. */
const clusterScoped = new Set(
  (
    "APIService CSIDriver CSINode CertificateSigningRequest ClusterRole ClusterRoleBinding ComponentStatus CustomResourceDefinition " +
    "FlowSchema IngressClass MutatingWebhookConfiguration Namespace Node PersistentVolume PriorityClass PriorityLevelConfiguration " +
    "RuntimeClass StorageClass ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration VolumeAttachment"
  ).split(" "),
);

/**
 * Whether objects of this kind are namespaced; undefined if unknown. A CRD among `siblings` takes precedence over the
 * cluster, which may not have it yet.
 */
export async function isNamespaced(
  discovery: Discovery | undefined,
  apiVersion: string,
  kind: string,
  siblings: KubeObject[] = [],
): Promise<boolean | undefined> {
  const definition = siblings.find(
    (item) =>
      isCrd(item) &&
      pluck(item, "spec", "group") === apiVersion.split("/")[0] &&
      pluck(item, "spec", "names", "kind") === kind,
  );
  if (definition) return pluck(definition, "spec", "scope") === "Namespaced";
  try {
    if (discovery) return (await discovery.find(apiVersion, kind)).namespaced;
  } catch (error) {
    if (!(error instanceof NoSuchKindError || error instanceof UnreachableError)) throw error;
  }
  const builtIn = !apiVersion.includes(".") || apiVersion.split("/")[0]?.endsWith(".k8s.io");
  return builtIn ? !clusterScoped.has(kind) : undefined;
}
