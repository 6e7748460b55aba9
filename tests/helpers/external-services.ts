import type { Any } from "./stack-files.ts";

/** A public certificate of an authority that nothing else trusts, valid for a century. */
export const authorityPem = `-----BEGIN CERTIFICATE-----
MIIBoTCCAUegAwIBAgIUKuJaZg5ZON9p9kb/YkMlZFKPgGswCgYIKoZIzj0EAwIw
JTEjMCEGA1UEAwwaRXhhbXBsZSBkYXRhYmFzZSBhdXRob3JpdHkwIBcNMjYxMTMw
MTgwMTA3WhgPMjEyNjExMDYxODAxMDdaMCUxIzAhBgNVBAMMGkV4YW1wbGUgZGF0
YWJhc2UgYXV0aG9yaXR5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIZO8gQhv
v8GLqtZRATWCcQcf8Y9/bzfUAXgkjhrTdyLtwBBzs7JQGQi7V3GRQU9NFULm4b/H
1/UBaJWc8hDh96NTMFEwHQYDVR0OBBYEFDv4be32PYpIMUmvkvlsDaT6YBQyMB8G
A1UdIwQYMBaAFDv4be32PYpIMUmvkvlsDaT6YBQyMA8GA1UdEwEB/wQFMAMBAf8w
CgYIKoZIzj0EAwIDSAAwRQIgDYBNJ+QhOY/HhuwJnxIsis4hsQFu7s8/6eUlCEea
S1sCIQCtnoL/dIuVbaKAUQe6WkN4gZ9anMWUKV5gfa8TNc6rzQ==
-----END CERTIFICATE-----
`;

interface Values {
  settings: Record<string, Any>;
  secrets: Record<string, string>;
}

/** Prod with a database and a Redis of providers, and with attachments on a volume of one node. */
export function useExternalServices({ settings, secrets }: Values): void {
  useExternalPostgres({ settings, secrets });
  useExternalRedis({ settings, secrets });
  settings["storage"].accessMode = "ReadWriteOnce";
}

export function useExternalPostgres({ settings, secrets }: Values): void {
  settings["kubernetes"].postgres = { kind: "external" };
  delete secrets["backupAccessKeyId"];
  delete secrets["backupSecretAccessKey"];
  secrets["databaseUrl"] = "postgresql://chatwoot:planted-database@chat.example.rds.amazonaws.com:5433/chatwoot";
}

export function useExternalRedis({ settings, secrets }: Values): void {
  settings["kubernetes"].redis = { kind: "external" };
  secrets["redisUrl"] = "rediss://:planted-redis@master.chat.abc123.euc1.cache.amazonaws.com:6379";
}

/** The database of another team's CloudNativePG, by its app Secret. */
export function useTeamPostgres({ settings, secrets }: Values): void {
  useExternalPostgres({ settings, secrets });
  delete secrets["databaseUrl"];
  settings["kubernetes"].postgres = {
    kind: "external",
    credentials: { from: "copied", namespace: "databases", name: "team-db-app" },
    address: { host: "team-db-rw.databases.svc", database: "chatwoot", username: "app" },
  };
}
