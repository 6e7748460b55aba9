import type { types } from "@pulumi/kubernetes";
import { objectNames } from "./names.ts";

/** Label of the pods that share a volume which only one node can write to. Pods of a release without it do not count. */
export const sharedVolumeLabel = { "chatwoot.com/shared-volume": objectNames.storage };

/** Holds these pods on one node. The first one may run anywhere, and the others follow it, also after a drain. */
export const besideEachOther = {
  podAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: sharedVolumeLabel } },
    ],
  },
} satisfies types.input.core.v1.Affinity;
