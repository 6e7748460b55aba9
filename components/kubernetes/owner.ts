import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** With this, the cluster deletes an object after the ConfigMap. Empty in a preview that does not know the ConfigMap yet. */
export function ownedBy(owner: k8s.core.v1.ConfigMap): pulumi.Output<k8s.types.input.meta.v1.OwnerReference[]> {
  return owner.metadata.apply(({ name, uid }) =>
    uid === undefined ? [] : [{ apiVersion: "v1", kind: "ConfigMap", name, uid }],
  );
}
