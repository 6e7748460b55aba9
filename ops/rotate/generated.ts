import type { StackResource } from "../lib/stack/deployment.ts";

/** A secret that the program generates, and that may be replaced. */
export interface GeneratedSecret {
  name: "apiToken" | "webhookSecret" | "redisPassword" | "cookieSecret";
  description: string;
  /** End of the resource's name. */
  resource: RegExp;
  /** What people notice meanwhile. */
  meanwhile: string;
}

export const generatedSecrets: readonly GeneratedSecret[] = [
  {
    name: "apiToken",
    description: "token of the service user that API clients use",
    resource: /::secrets-api-token$/,
    meanwhile:
      "Chatwoot knows one token for its service user. From the preparation to the end of the same run, minutes later, clients that have the old one get 401: choose a quiet hour.",
  },
  {
    name: "webhookSecret",
    description: "key of the signatures on webhooks",
    resource: /::secrets-webhook-secret$/,
    meanwhile: "Nobody notices anything, as receivers take both secrets before Chatwoot signs with the new one.",
  },
  {
    name: "redisPassword",
    description: "password of the stack's own Redis",
    resource: /::redis-password$/,
    meanwhile: "Redis, web and worker start anew in the same run: jobs stay, requests fail for about a minute.",
  },
  {
    name: "cookieSecret",
    description: "key of the sessions of single sign-on (Kubernetes)",
    resource: /-cookie-secret$/,
    meanwhile: "Every session of the proxy ends: agents are sent through the sign-in again.",
  },
];

/** The resource that holds it; undefined where the stack has none. */
export function resourceOf(
  { resource }: GeneratedSecret,
  resources: readonly StackResource[],
): { urn: string; isProtected: boolean; rotation: number | undefined } | undefined {
  const found = resources.find(
    ({ type, urn }) => type === "random:index/randomPassword:RandomPassword" && resource.test(urn),
  );
  return found && { urn: found.urn, isProtected: found.protect === true, rotation: rotationIn(found) };
}

/** Its number in `chatwoot:rotation` when it was deployed. */
function rotationIn({ inputs }: StackResource): number | undefined {
  const keepers = inputs?.["keepers"];
  if (typeof keepers !== "object" || keepers === null) return undefined;
  const { rotation } = keepers as { rotation?: unknown };
  return typeof rotation === "string" && /^\d+$/.test(rotation) ? Number(rotation) : undefined;
}
