import type { Alert } from "../alert.ts";
import { filling, quoted, type Watched } from "./common.ts";

/**
 * Volumes with metrics of the kubelet, which has none for host path volumes, such as those of local-path. The database
 * also exports its own size.
 */
export function volumeAlerts({ namespace, database, claims }: Watched): Alert[] {
  const all = [...claims, ...(database ? [`${database.name}-[0-9]+(-wal)?`] : [])];
  if (all.length === 0) return [];
  const names = all.join("|");
  const volumes = `namespace=${quoted(namespace)},persistentvolumeclaim=~${quoted(names)}`;
  const taken = (free: string, whole: string): string =>
    `(1 - max by (persistentvolumeclaim) (kubelet_volume_stats_${free}{${volumes}}) / max by (persistentvolumeclaim) (kubelet_volume_stats_${whole}{${volumes}} > 0))`;
  return [
    filling({
      name: "ChatwootVolumeFilling",
      what: "volume {{ $labels.persistentvolumeclaim }}",
      consequence:
        "A full volume stops the database, makes Redis reject writes, or loses attachments, depending on its owner.",
      share: taken("available_bytes", "capacity_bytes"),
    }),
    filling({
      name: "ChatwootVolumeInodesFilling",
      what: "inode table of the volume {{ $labels.persistentvolumeclaim }}",
      consequence: "When it is full, no file can be created, even with free space.",
      share: taken("inodes_free", "inodes"),
    }),
  ];
}
