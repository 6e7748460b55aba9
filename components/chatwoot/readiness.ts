import { z } from "zod";
import { parseJson } from "../../lib/json.ts";

/**
 * The two requests that together show whether Chatwoot is ready. `/api` reports Redis. Its `data_services` is `failing`
 * on a healthy Chatwoot until a connection has run a query, so a wrong token is sent too: Chatwoot looks it up in
 * PostgreSQL.
 */
export const readinessRequests = {
  services: { path: "/api" },
  profile: { path: "/api/v1/profile", headers: { "api-access-token": "readiness-check" } },
} as const;

export interface ReadinessAnswer {
  status: number;
  body: string;
}

export type Readiness =
  | { state: "ready"; version: string }
  | { state: "failing"; service: "PostgreSQL" | "Redis"; reason: string }
  /** The answers are not Chatwoot's, for example those of a proxy. */
  | { state: "unknown"; reason: string };

const servicesBody = z.object({ version: z.string(), queue_services: z.string(), data_services: z.string() });
const wrongToken = z.object({ error: z.literal("Invalid Access Token") });

export function judgeReadiness(answers: Record<keyof typeof readinessRequests, ReadinessAnswer>): Readiness {
  const { services, profile } = answers;
  const [servicesPath, profilePath] = [readinessRequests.services.path, readinessRequests.profile.path];
  if (services.status === 500)
    return failing("Redis", `${servicesPath} responded with 500, because Redis is unavailable or loads its data`);
  if (services.status !== 200) return unknown(`${servicesPath} responded with ${services.status}`);
  const found = servicesBody.safeParse(parseJson(services.body));
  if (!found.success) return unknown(`${servicesPath} did not return Chatwoot's JSON`);
  const { version, queue_services: queues } = found.data;
  if (queues !== "ok") return failing("Redis", `${servicesPath} reports queue_services ${queues}`);
  if (profile.status === 500)
    return failing("PostgreSQL", `${profilePath} responded with 500, although Redis is ok: PostgreSQL is unavailable`);
  if (profile.status !== 401)
    return unknown(`${profilePath} responded with ${profile.status} to a wrong token, not 401`);
  if (!wrongToken.safeParse(parseJson(profile.body)).success)
    return unknown(`${profilePath} responded with 401, but not as Chatwoot to a wrong token`);
  return { state: "ready", version };
}

const failing = (service: "PostgreSQL" | "Redis", reason: string): Readiness => ({ state: "failing", service, reason });
const unknown = (reason: string): Readiness => ({ state: "unknown", reason });
