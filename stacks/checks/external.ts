import { isLoopback, isPrivateHost } from "../../lib/hosts.ts";
import type { RedisUrl } from "../../lib/redis-url.ts";
import { supabaseHostOf, type PostgresUrl } from "../../lib/postgres-url.ts";
import type { ExternalPostgresConfig } from "../../config/schema/kubernetes/postgres.ts";
import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";
import { namespaceOf } from "../../components/kubernetes/network-policies/destinations.ts";
import { databaseAddress } from "../external-servers.ts";
import { addressProblem, type Addresses } from "./addresses.ts";

type Kubernetes = NonNullable<PartialSettings["kubernetes"]>;

/** Checks an external database and an external Redis of a Kubernetes stack. */
export function checkExternal(
  settings: PartialSettings,
  addresses: Addresses,
  redisAddress: RedisUrl | undefined,
): Problem[] {
  const { kubernetes } = settings;
  if (kubernetes === undefined) return [];
  const { postgres, redis } = kubernetes;
  return [
    ...(postgres.kind === "external" ? checkDatabase(postgres, kubernetes, addresses) : []),
    ...(redis.kind === "external" ? checkRedis(redis, kubernetes, redisAddress) : []),
  ];
}

/** What works only in some networks. */
export function warnOfExternal({ kubernetes }: PartialSettings, addresses: Addresses): Problem[] {
  if (kubernetes?.postgres.kind !== "external") return [];
  return (["databaseUrl", "migrationDatabaseUrl"] as const).flatMap((key): Problem[] => {
    const address = addresses[key];
    if (address === undefined || supabaseHostOf(address)?.kind !== "direct") return [];
    const message =
      "is Supabase's direct host, which has no IPv4 address without the IPv4 add-on, and pods of many clusters have no IPv6. " +
      "Use the session pooler on port 5432";
    return [{ key, message }];
  });
}

function checkDatabase(postgres: ExternalPostgresConfig, kubernetes: Kubernetes, addresses: Addresses): Problem[] {
  const problem = (key: string, message: string): Problem => ({ key: `kubernetes.postgres.${key}`, message });
  const { credentials, address, authority, movedFrom } = postgres;
  if (credentials.from === "config" && address !== undefined)
    return [
      problem("address", "is set, but databaseUrl has the address. Remove it, or take the password from a Secret"),
    ];
  if (credentials.from !== "config" && address === undefined)
    return [problem("address", "is missing, and the Secret has only the password. Set host, database and username")];
  const whole = databaseAddress(postgres, addresses);
  if (whole === undefined) return [];
  const key = credentials.from === "config" ? "databaseUrl" : "kubernetes.postgres.address";
  const unusable = credentials.from === "config" ? undefined : addressProblem(whole);
  const servers: [string, PostgresUrl][] = [
    [key, whole],
    ...(addresses.migrationDatabaseUrl
      ? [["migrationDatabaseUrl", addresses.migrationDatabaseUrl] as [string, PostgresUrl]]
      : []),
  ];
  return [
    ...(unusable === undefined ? [] : [{ key, message: unusable }]),
    ...servers.flatMap(([name, server]) => [
      ...checkHost(name, server.host, kubernetes),
      ...checkTls(name, server, postgres),
    ]),
    ...(movedFrom !== undefined && movedFrom === whole.host
      ? [problem("movedFrom", "is the host of this database. Set the host that Chatwoot ran on before, or remove it")]
      : []),
    ...(authority?.from === "config" && authority.pem.length > largestAuthority
      ? [
          problem(
            "authority.pem",
            `is longer than ${largestAuthority} characters. Keep only the authority of this server`,
          ),
        ]
      : []),
  ];
}

/** Kubernetes' limit for a ConfigMap, with space for its other fields. */
const largestAuthority = 1_000_000;

/** A host that pods of the stack's namespace can resolve and reach. */
function checkHost(key: string, host: string, { networkPolicies, namespace }: Kubernetes): Problem[] {
  if (isLoopback(host))
    return [{ key, message: `has the host ${host}, which is the pod itself. Write the host of the server` }];
  if (!host.includes(".") && !host.includes(":"))
    return [
      {
        key,
        message: `has the host ${host}, which only pods of one namespace resolve. Write it as ${host}.NAMESPACE.svc`,
      },
    ];
  const isAddress = /^[\d.]+$|:/.test(host);
  const service = namespaceOf(host);
  const { enabled, allowedNetworks } = networkPolicies;
  if (isAddress || service !== undefined || !isPrivateHost(host) || !enabled || allowedNetworks.length > 0) return [];
  return [
    {
      key,
      message:
        `has the host ${host} of a private network, which the NetworkPolicies of namespace ${namespace} reject. ` +
        "Add its network to kubernetes.networkPolicies.allowedNetworks",
    },
  ];
}

const unencrypted = ["disable", "allow", "prefer"];

function checkTls(key: string, server: PostgresUrl, { sslMode: wanted, authority }: ExternalPostgresConfig): Problem[] {
  const { sslMode: written, host } = server;
  if (wanted !== undefined && written !== undefined && wanted !== written)
    return [
      {
        key: "kubernetes.postgres.sslMode",
        message: `is ${wanted}, but ${key} has sslmode=${written}. Remove one of them`,
      },
    ];
  const mode = wanted ?? written;
  const from = wanted === undefined ? key : "kubernetes.postgres.sslMode";
  if (mode === undefined) return [];
  if (mode === "verify-ca" && authority === undefined)
    return [
      {
        key: from,
        message: `${wanted === undefined ? "has sslmode" : "is"} verify-ca, but there is no authority, and any public one would do for any host. Set kubernetes.postgres.authority, or use verify-full`,
      },
    ];
  if (!unencrypted.includes(mode)) return [];
  if (authority !== undefined)
    return [{ key: "kubernetes.postgres.authority", message: `is not used with sslmode ${mode}. Use verify-full` }];
  if (isPrivateHost(host)) return [];
  return [
    {
      key: from,
      message: `${wanted === undefined ? "has sslmode" : "is"} ${mode}, so the password and every message can cross the network to ${host} in the clear. Use require, or verify-full`,
    },
  ];
}

function checkRedis(
  { verify, authority }: Extract<Kubernetes["redis"], { kind: "external" }>,
  kubernetes: Kubernetes,
  address: RedisUrl | undefined,
): Problem[] {
  const problems: Problem[] = [];
  const key = "kubernetes.redis";
  if (address?.tls === false && authority !== undefined)
    problems.push({
      key: `${key}.authority`,
      message: "is not used without TLS. Write redisUrl as rediss://, or remove it",
    });
  if (address?.tls === false && verify === "none")
    problems.push({
      key: `${key}.verify`,
      message: "is not used without TLS. Write redisUrl as rediss://, or remove it",
    });
  if (authority !== undefined && verify === "none")
    problems.push({ key: `${key}.authority`, message: "is not used with verify none. Remove verify" });
  return address === undefined ? problems : [...problems, ...checkHost("redisUrl", address.host, kubernetes)];
}
