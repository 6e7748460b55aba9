import type { Alert } from "../alert.ts";
import { filling, quoted, type Watched } from "./common.ts";

/**
 * Volumes by the kubelet's count, which it has for every class but those of the host path, such as local-path's. The
 * database counts for itself beside that.
 */
export function volumeAlerts({ namespace, database, claims }: Watched): Alert[] {
  const names = [...claims, `${database.name}-[0-9]+(-wal)?`].join("|");
  const volumes = `namespace=${quoted(namespace)},persistentvolumeclaim=~${quoted(names)}`;
  const taken = (free: string, whole: string): string =>
    `(1 - max by (persistentvolumeclaim) (kubelet_volume_stats_${free}{${volumes}}) / max by (persistentvolumeclaim) (kubelet_volume_stats_${whole}{${volumes}} > 0))`;
  return [
    filling({
      name: "ChatwootVolumeFilling",
      what: "volume {{ $labels.persistentvolumeclaim }}",
      consequence:
        "Full, it stops the database, makes Redis refuse writes, or loses attachments, depending on whose it is.",
      share: taken("available_bytes", "capacity_bytes"),
    }),
    filling({
      name: "ChatwootVolumeInodesFilling",
      what: "list of files of the volume {{ $labels.persistentvolumeclaim }}",
      consequence: "When it is full, no file can be made, whatever the space.",
      share: taken("inodes_free", "inodes"),
    }),
  ];
}
