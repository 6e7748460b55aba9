import { setTimeout as sleep } from "node:timers/promises";
import { livePath } from "../chatwoot/health.ts";
import { judgeReadiness, readinessRequests, type ReadinessAnswer } from "../chatwoot/readiness.ts";

/** Result of one request to a health route. */
export interface Probe {
  at: string;
  url: string;
  /** HTTP status; absent without a response. */
  status?: number;
  /** The first kilobyte. */
  body?: string;
  /** Why there was no response. */
  error?: string;
}

export type Health =
  | { verdict: "ready"; probes: Probe[] }
  /** Chatwoot responds, but reports or shows a failure. */
  | { verdict: "failing"; reason: string; probes: Probe[] }
  /** No response from this machine: the name does not resolve yet, or the network blocks the request. */
  | { verdict: "unreachable"; reason: string; probes: Probe[] };

export interface ProbeOptions {
  /** Time limit for a responding Chatwoot to become ready. Default: 60. */
  patienceSeconds?: number;
  pauseMs?: number;
}

/** Requests the public health routes until they show a ready Chatwoot, or the time limit. */
export async function probeHealth(
  origin: string,
  { patienceSeconds = 60, pauseMs = 3_000 }: ProbeOptions = {},
): Promise<Health> {
  const probes: Probe[] = [];
  const deadline = Date.now() + patienceSeconds * 1000;
  for (;;) {
    const live = await probe(`${origin}${livePath}`);
    const services = await probe(`${origin}${readinessRequests.services.path}`);
    const profile = await probe(`${origin}${readinessRequests.profile.path}`, readinessRequests.profile.headers);
    probes.push(live, services, profile);
    const verdict = judge(origin, { live, services, profile });
    const final = verdict.verdict !== "failing" || Date.now() + pauseMs > deadline;
    if (final) return { ...verdict, probes };
    await sleep(pauseMs);
  }
}

type Verdict = { verdict: "ready" } | { verdict: "failing" | "unreachable"; reason: string };

function judge(origin: string, { live, services, profile }: Record<"live" | "services" | "profile", Probe>): Verdict {
  const unreached = [live, services, profile].find(({ status }) => status === undefined);
  if (unreached !== undefined) return { verdict: "unreachable", reason: `${unreached.url}: ${unreached.error}` };
  if (live.status !== 200) return { verdict: "failing", reason: `${live.url} responded with ${live.status}` };
  const readiness = judgeReadiness({ services: answered(services), profile: answered(profile) });
  if (readiness.state === "ready") return { verdict: "ready" };
  return { verdict: "failing", reason: `${origin}${readiness.reason}` };
}

const answered = ({ status = 0, body = "" }: Probe): ReadinessAnswer => ({ status, body });

async function probe(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Probe> {
  const at = new Date().toISOString();
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: "manual", headers });
    return { at, url, status: response.status, body: (await response.text()).slice(0, 1024) };
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    return { at, url, error: cause?.code ?? message };
  }
}
