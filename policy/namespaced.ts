import { kindOf } from "./kubernetes.ts";
import type { Resource } from "./resource.ts";

/** Kinds that belong to no namespace: Kubernetes' own, and those of the operators that this program works with. */
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
