import type { StackResource } from "../lib/stack/deployment.ts";

/** A generated secret that can be replaced. */
export interface GeneratedSecret {
  name: "apiToken" | "webhookSecret" | "redisPassword" | "databasePassword" | "cookieSecret";
  description: string;
  /** Matches the resource's URN. */
  resource: RegExp;
  /** Effect on users and clients during the rotation. */
  meanwhile: string;
}

export const generatedSecrets: readonly GeneratedSecret[] = [
  {
    name: "apiToken",
    description: "token of the service user that API clients use",
    resource: /::secrets-api-token$/,
    meanwhile:
      "Chatwoot accepts one token per user. From the preparation to the end of the run, a few minutes, clients with the old token get 401: choose a quiet hour.",
  },
  {
    name: "webhookSecret",
    description: "key of the signatures on webhooks",
    resource: /::secrets-webhook-secret$/,
    meanwhile: "No interruption: receivers accept both secrets before Chatwoot signs with the new one.",
  },
  {
    name: "redisPassword",
    description: "password of the stack's own Redis",
    resource: /::redis-password$/,
    meanwhile: "Redis, web and worker restart in the same run: jobs are kept, requests fail for about a minute.",
  },
  {
    name: "databasePassword",
    description: "password of Chatwoot's role in the stack's own PostgreSQL (Kubernetes)",
    resource: /::postgres-password$/,
    meanwhile:
      "CloudNativePG sets the new password within seconds; open connections are kept. New connections of old pods fail until web and worker have restarted in the same run: choose a quiet hour.",
  },
  {
    name: "cookieSecret",
    description: "key of the sessions of single sign-on (Kubernetes)",
    resource: /-cookie-secret$/,
    meanwhile: "Every session of the proxy ends: agents must sign in again.",
  },
];

export function resourceOf(
  { resource }: GeneratedSecret,
  resources: readonly StackResource[],
): { urn: string; isProtected: boolean; rotation: number | undefined } | undefined {
  const found = resources.find(
    ({ type, urn }) => type === "random:index/randomPassword:RandomPassword" && resource.test(urn),
  );
  return found && { urn: found.urn, isProtected: found.protect === true, rotation: rotationIn(found) };
}

/** The deployed number of `chatwoot:rotation`. */
function rotationIn({ inputs }: StackResource): number | undefined {
  const keepers = inputs?.["keepers"];
  if (typeof keepers !== "object" || keepers === null) return undefined;
  const { rotation } = keepers as { rotation?: unknown };
  return typeof rotation === "string" && /^\d+$/.test(rotation) ? Number(rotation) : undefined;
}
