import type { types } from "@pulumi/kubernetes";
import { databaseNames } from "../names.ts";

/** The certificate with which a pod verifies the database (`sslmode=verify-full`). */
export interface DatabaseCertificate {
  volume: types.input.core.v1.Volume;
  mount: { name: string; mountPath: string; readOnly: true };
  /** The file, for `PGSSLROOTCERT`. */
  path: string;
}

const folder = "/etc/chatwoot/database";

/**
 * The operator's certificate authority in a pod. The Secret also contains the authority's key, so only the certificate
 * is projected. The authority is unchanged when it renews the server's certificate; a new authority reaches running
 * pods without a restart.
 */
export function databaseCertificate(cluster: string): DatabaseCertificate {
  const name = "database-authority";
  const file = "ca.crt";
  return {
    volume: {
      name,
      secret: { secretName: databaseNames(cluster).authority, items: [{ key: file, path: file }] },
    },
    mount: { name, mountPath: folder, readOnly: true },
    path: `${folder}/${file}`,
  };
}
