import type { types } from "@pulumi/kubernetes";

/** A volume with its mount path in Chatwoot's containers. */
export interface MountedVolume {
  volume: types.input.core.v1.Volume;
  mount: types.input.core.v1.VolumeMount;
}
