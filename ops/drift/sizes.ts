import type { TomlTable } from "smol-toml";
import { megabytes } from "./units.ts";

interface Guest {
  cpu_kind: string;
  cpus: number;
  memory_mb: number;
}

/** `shared-cpu-1x 1024 MB`, with the parts that fly.toml sets. */
export function sizeOfGroup(config: TomlTable, group: string): string | undefined {
  const memory = memoryOfGroup(config, group);
  const parts = [vmOfGroup(config, group)?.["size"], memory === undefined ? undefined : `${memory} MB`];
  return parts.filter((part) => typeof part === "string").join(" ") || undefined;
}

/** MiB per machine of the group, if set in fly.toml. */
export function memoryOfGroup(config: TomlTable, group: string): number | undefined {
  return megabytes(vmOfGroup(config, group)?.["memory"]);
}

function vmOfGroup(config: TomlTable, group: string): TomlTable | undefined {
  const vms = [config["vm"] ?? []].flat() as TomlTable[];
  const names = ({ processes }: TomlTable): unknown[] => (Array.isArray(processes) ? processes : []);
  // An entry for the group precedes one for all groups.
  return vms.find((each) => names(each).includes(group)) ?? vms.find((each) => names(each).length === 0);
}

/** The size of a machine, with the same parts as `like`. */
export function formatSize(guest: Guest | null | undefined, like: string): string {
  if (!guest) return "unknown";
  const kind = guest.cpu_kind === "shared" ? `shared-cpu-${guest.cpus}x` : `${guest.cpu_kind}-${guest.cpus}x`;
  const parts = [...(like.includes("-") ? [kind] : []), ...(like.endsWith(" MB") ? [`${guest.memory_mb} MB`] : [])];
  return parts.join(" ");
}
