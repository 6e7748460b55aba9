import { kindOf } from "./kubernetes.ts";
import type { Resource } from "./resource.ts";

/** Cluster-scoped kinds of Kubernetes and of the supported operators. */
const ofTheCluster = new Set(
  (
    "APIService CSIDriver CSINode CertificateSigningRequest ClusterRole ClusterRoleBinding ComponentStatus " +
    "CustomResourceDefinition FlowSchema IngressClass MutatingWebhookConfiguration Namespace Node PersistentVolume " +
    "PriorityClass PriorityLevelConfiguration RuntimeClass StorageClass ValidatingAdmissionPolicy " +
    "ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration VolumeAttachment " +
    "ClusterIssuer ClusterSecretStore ClusterExternalSecret ClusterImageCatalog GatewayClass"
  ).split(" "),
);

export function isNamespacedKind(resource: Resource): boolean {
  return !ofTheCluster.has(kindOf(resource));
}
