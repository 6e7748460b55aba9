import { deployed, type AuthorityConfig } from "../../../config/schema/kubernetes/external.ts";
import { databaseKindAnnotation } from "../annotations.ts";
import { objectNames } from "../names.ts";
import type { Answer } from "./api.ts";
import type { Commands } from "./commands.ts";
import { reading, secret, type PreflightSettings, type Requirement } from "./requirement.ts";

/** What an external database or Redis needs in the cluster, and whether its data was moved before Chatwoot is. */
export function externalServers(settings: PreflightSettings, commands: Commands): Requirement[] {
  const { postgres, redis } = settings.kubernetes;
  return [
    ...(postgres.kind === "external"
      ? [...password(settings, commands), ...authorityOf("kubernetes.postgres", postgres.authority, settings, commands)]
      : []),
    ...(redis.kind === "external" ? authorityOf("kubernetes.redis", redis.authority, settings, commands) : []),
    movedDatabase(settings),
    movedRedis(settings),
  ];
}

/** CloudNativePG's Secrets also have the other parts of the address. */
const addressKeys = { database: ["dbname"], username: ["username", "user"], port: ["port"] } as const;

function password({ kubernetes: { namespace, postgres } }: PreflightSettings, commands: Commands): Requirement[] {
  if (postgres.kind !== "external" || postgres.credentials.from === "config") return [];
  const { credentials, address } = postgres;
  const at = { namespace: credentials.from === "copied" ? credentials.namespace : namespace, name: credentials.name };
  const differs = reading(
    "kubernetes.postgres.address",
    `/api/v1/namespaces/${at.namespace}/secrets/${at.name}`,
    ({ status, body }) => {
      const data = status === 200 ? (body?.data as Record<string, string> | undefined) : undefined;
      for (const [part, keys] of Object.entries(addressKeys)) {
        const found = keys.map((key) => data?.[key]).find((value) => value !== undefined);
        const written = address?.[part as keyof typeof addressKeys];
        if (found === undefined || written === undefined) continue;
        const text = Buffer.from(found, "base64").toString();
        if (text !== String(written))
          return `has the ${part} ${written}, but the Secret ${at.namespace}/${at.name} has ${text}. Write ${text}`;
      }
      return undefined;
    },
  );
  return [secret("kubernetes.postgres.credentials", { ...at, keys: [credentials.key], commands }), differs];
}

function authorityOf(
  key: string,
  authority: AuthorityConfig | undefined,
  { kubernetes: { namespace } }: PreflightSettings,
  commands: Commands,
): Requirement[] {
  if (authority === undefined || authority.from === "config") return [];
  const [plural, kind] = authority.from === "secret" ? ["secrets", "Secret"] : ["configmaps", "ConfigMap"];
  const at = `${namespace}/${authority.name}`;
  return [
    reading(`${key}.authority`, `/api/v1/namespaces/${namespace}/${plural}/${authority.name}`, ({ status, body }) => {
      if (status === 404) return `names the ${kind} ${at}, which does not exist. Create it, or use from: config`;
      if (status !== 200 || authority.key in ((body?.data ?? {}) as object)) return undefined;
      const list = commands.kubectl("describe", kind.toLowerCase(), authority.name, "--namespace", namespace);
      return `names the ${kind} ${at}, which lacks ${authority.key}. Set authority.key to one of \`${list}\``;
    }),
  ];
}

type Settings = { metadata?: { annotations?: Record<string, string> }; data?: Record<string, string> };

/** The settings that Chatwoot runs with; undefined before the first deployment. */
function running({ status, body }: Answer): Settings | undefined {
  return status === 200 ? (body as Settings) : undefined;
}

const settingsPath = ({ kubernetes: { namespace } }: PreflightSettings): string =>
  `/api/v1/namespaces/${namespace}/configmaps/${objectNames.settings}`;

/** A database of another kind is used as it is, so Chatwoot would start empty. */
function movedDatabase(settings: PreflightSettings): Requirement {
  const { postgres } = settings.kubernetes;
  const wanted = deployed(postgres) === undefined ? "external" : "cnpg";
  return reading("kubernetes.postgres.kind", settingsPath(settings), (answer) => {
    const found = running(answer);
    const host = found?.data?.["POSTGRES_HOST"];
    if (found === undefined || host === undefined) return undefined;
    const kind = found.metadata?.annotations?.[databaseKindAnnotation] ?? "cnpg";
    if (kind === wanted || postgres.movedFrom === host) return undefined;
    return (
      `is ${wanted}, but Chatwoot runs on the ${kind} database ${host}, whose data stays there. ` +
      `Move it as in docs/kubernetes/external-services.md, then set kubernetes.postgres.movedFrom to ${host}`
    );
  });
}

/** Jobs that wait are only in Redis. */
function movedRedis(settings: PreflightSettings): Requirement {
  const wanted = deployed(settings.kubernetes.redis) === undefined ? "external" : "dedicated";
  const judged = reading("kubernetes.redis.kind", settingsPath(settings), (answer) => {
    const found = running(answer);
    if (found?.data === undefined) return undefined;
    // The address of an external Redis is in the Secret.
    const kind = found.data["REDIS_URL"] === undefined ? "external" : "dedicated";
    if (kind === wanted) return undefined;
    return (
      `is ${wanted}, but Chatwoot runs on the ${kind} Redis: jobs that wait there are not run. ` +
      "Let the queues drain first, as in docs/kubernetes/external-services.md"
    );
  });
  return { ...judged, isOptional: true };
}
