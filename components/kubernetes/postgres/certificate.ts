import { mountedAuthority, type MountedAuthority } from "../authority.ts";
import { databaseNames } from "../names.ts";

/**
 * The operator's certificate authority in a pod (`sslmode=verify-full`). The Secret also contains the authority's key, so
 * only the certificate is projected. The authority is unchanged when it renews the server's certificate; a new authority
 * reaches running pods without a restart.
 */
export function databaseCertificate(cluster: string): MountedAuthority {
  return mountedAuthority("database", { kind: "Secret", name: databaseNames(cluster).authority, key: "ca.crt" });
}
