import type { types } from "@pulumi/kubernetes";

/** A volume with the place where Chatwoot's containers find it. */
export interface MountedVolume {
  volume: types.input.core.v1.Volume;
  mount: types.input.core.v1.VolumeMount;
}
