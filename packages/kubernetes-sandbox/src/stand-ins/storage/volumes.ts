import { KubeError, type KubeObject } from "../../kube-client.ts";
import { objectPath } from "../../resources.ts";
import { provisioner } from "../../seed.ts";
import { matches } from "../faults.ts";
import { parseQuantity } from "../quantity.ts";
import type { Context, Outcome, StandIn } from "../stand-in.ts";

/** The provisioner's action for a claim. */
export type ClaimStep =
  | { readonly do: "nothing" }
  | { readonly do: "refuse"; readonly message: string }
  | { readonly do: "provision"; readonly volume: KubeObject }
  | { readonly do: "resize"; readonly storage: string };

/** The next step for a claim of one of this provisioner's classes, as an external provisioner would do it. */
export function claimStep(claim: KubeObject, storageClass: KubeObject | undefined): ClaimStep {
  const { metadata, spec, status } = claim;
  const className = spec.storageClassName as string | undefined;
  if (metadata.deletionTimestamp || className === undefined || className === "") return { do: "nothing" };
  if (!storageClass) return { do: "refuse", message: `storageclass.storage.k8s.io "${className}" not found` };
  if (storageClass.provisioner !== provisioner) return { do: "nothing" };
  const requested = spec.resources.requests.storage as string;
  if (status?.phase === "Bound") {
    const present = parseQuantity((status.capacity?.storage as string | undefined) ?? "0") ?? 0;
    return (parseQuantity(requested) ?? 0) > present ? { do: "resize", storage: requested } : { do: "nothing" };
  }
  const modes = spec.accessModes as string[];
  const served = ((storageClass.parameters?.accessModes as string | undefined) ?? "").split(",");
  const refused = modes.filter((mode) => !served.includes(mode));
  if (refused.length > 0) {
    const message = `failed to provision volume with StorageClass "${className}": access mode ${refused.join(", ")} is not supported (${served.join(", ")} is)`;
    return { do: "refuse", message };
  }
  // The controller manager sets the provisioner's annotation, and the scheduler the chosen node.
  const { annotations = {} } = metadata;
  if (annotations["volume.kubernetes.io/storage-provisioner"] !== provisioner) return { do: "nothing" };
  const node = annotations["volume.kubernetes.io/selected-node"];
  if (storageClass.volumeBindingMode === "WaitForFirstConsumer" && !node) return { do: "nothing" };
  const claimRef = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
  };
  const volume: KubeObject = {
    metadata: { name: `pvc-${metadata.uid}`, annotations: { "pv.kubernetes.io/provisioned-by": provisioner } },
    spec: {
      capacity: { storage: requested },
      accessModes: modes,
      claimRef,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy,
      storageClassName: className,
      volumeMode: spec.volumeMode,
      csi: { driver: "sandbox.local", volumeHandle: metadata.uid },
    },
  };
  return { do: "provision", volume };
}

async function reconcileClaim(claim: KubeObject, context: Context): Promise<Outcome | undefined> {
  if (matches(context.faults(claim.metadata.namespace).stall, [claim.metadata.name])) return;
  const className = claim.spec.storageClassName as string | undefined;
  const step = claimStep(claim, context.world.get("StorageClass", undefined, className ?? ""));
  switch (step.do) {
    case "nothing":
      return;
    case "refuse":
      await context.event(claim, "Warning", "ProvisioningFailed", step.message);
      return { waiting: true };
    case "provision":
      await context.create("PersistentVolume", step.volume);
      return;
    case "resize": {
      const capacity = { storage: step.storage };
      const volume = context.world.get("PersistentVolume", undefined, claim.spec.volumeName as string);
      if (volume) await context.patch("PersistentVolume", volume, { spec: { capacity } });
      await context.patch("PersistentVolumeClaim", claim, { status: { capacity } }, "status");
      return;
    }
  }
}

async function reconcileVolume(volume: KubeObject, { client }: Context): Promise<undefined> {
  const ours = volume.metadata.annotations?.["pv.kubernetes.io/provisioned-by"] === provisioner;
  const released = volume.status?.phase === "Released" && volume.spec.persistentVolumeReclaimPolicy === "Delete";
  if (!ours || !released || volume.metadata.deletionTimestamp) return;
  try {
    await client.request("DELETE", objectPath("PersistentVolume", undefined, volume.metadata.name));
  } catch (error) {
    if (!(error instanceof KubeError && error.code === 404)) throw error;
  }
}

/** Creates the volumes of claims; the real controller manager binds them. */
export const claims: StandIn = {
  name: "provisioner",
  kind: "PersistentVolumeClaim",
  wakes: ["StorageClass"],
  reads: ["PersistentVolume"],
  reconcile: reconcileClaim,
};

/** Deletes volumes without a claim if the class's reclaim policy is Delete. */
export const volumes: StandIn = { name: "reclaimer", kind: "PersistentVolume", wakes: [], reconcile: reconcileVolume };
