import { isFlyPrivate, isLoopbackAddress, isPrivateHost } from "../../lib/hosts.ts";
import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";
import type { Addresses } from "./addresses.ts";

/** Rejects databases that machines on Fly cannot reach. The facts may be read from elsewhere. */
export function checkDatabaseHosts({ target }: PartialSettings, addresses: Addresses): Problem[] {
  if (target !== "fly") return [];
  return (["databaseUrl", "migrationDatabaseUrl"] as const).flatMap((key): Problem[] => {
    const host = addresses[key]?.host;
    // A rehearsal on one machine, with a stand-in of Fly, reaches it; elsewhere the address has a warning.
    if (host === undefined || isFlyPrivate(host) || !isPrivateHost(host) || isLoopbackAddress(host)) return [];
    return [
      {
        key,
        message: `points at ${host}, a private address that machines on Fly cannot reach. Use a public address, or one of Fly's private network (.internal, .flycast)`,
      },
    ];
  });
}
