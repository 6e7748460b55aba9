import type { TomlTable } from "smol-toml";
import { megabytes } from "./units.ts";

interface Guest {
  cpu_kind: string;
  cpus: number;
  memory_mb: number;
}

/** `shared-cpu-1x 1024 MB`: as much of it as fly.toml says about the group; undefined where it says nothing. */
export function sizeOfGroup(config: TomlTable, group: string): string | undefined {
  const memory = memoryOfGroup(config, group);
  const parts = [vmOfGroup(config, group)?.["size"], memory === undefined ? undefined : `${memory} MB`];
  return parts.filter((part) => typeof part === "string").join(" ") || undefined;
}

/** Memory of each machine of the group in MiB, where fly.toml says it. */
export function memoryOfGroup(config: TomlTable, group: string): number | undefined {
  return megabytes(vmOfGroup(config, group)?.["memory"]);
}

function vmOfGroup(config: TomlTable, group: string): TomlTable | undefined {
  const vms = [config["vm"] ?? []].flat() as TomlTable[];
  const names = ({ processes }: TomlTable): unknown[] => (Array.isArray(processes) ? processes : []);
  // An entry for the group wins over one for all.
  return vms.find((each) => names(each).includes(group)) ?? vms.find((each) => names(each).length === 0);
}

/** A machine's size, with the parts that `like` has. */
export function formatSize(guest: Guest | null | undefined, like: string): string {
  if (!guest) return "unknown";
  const kind = guest.cpu_kind === "shared" ? `shared-cpu-${guest.cpus}x` : `${guest.cpu_kind}-${guest.cpus}x`;
  const parts = [...(like.includes("-") ? [kind] : []), ...(like.endsWith(" MB") ? [`${guest.memory_mb} MB`] : [])];
  return parts.join(" ");
}
