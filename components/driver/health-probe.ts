import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { parseJson } from "../../lib/json.ts";
import { healthPaths } from "../chatwoot/health.ts";

/** What one request to a health route brought. */
export interface Probe {
  at: string;
  url: string;
  /** HTTP status; absent where nothing answered. */
  status?: number;
  /** The first kilobyte. */
  body?: string;
  /** Why nothing answered. */
  error?: string;
}

export type Health =
  | { verdict: "ready"; probes: Probe[] }
  /** Chatwoot answers, and says or shows that it cannot work. */
  | { verdict: "failing"; reason: string; probes: Probe[] }
  /** Nothing answers from here: a name that is not known yet, or a network that does not let us out. */
  | { verdict: "unreachable"; reason: string; probes: Probe[] };

const services = z.object({ queue_services: z.string(), data_services: z.string() });

export interface ProbeOptions {
  /** How long a Chatwoot that answers may take to become ready. Default: 60. */
  patienceSeconds?: number;
  pauseMs?: number;
}

/**
 * Asks the health routes from outside. `/api` answers 200 whatever it finds, so its body is what counts; right after the
 * start it can say that the database fails when nobody has used it yet, so it is asked for a while.
 */
export async function probeHealth(
  origin: string,
  { patienceSeconds = 60, pauseMs = 3_000 }: ProbeOptions = {},
): Promise<Health> {
  const probes: Probe[] = [];
  const deadline = Date.now() + patienceSeconds * 1000;
  for (;;) {
    const live = await probe(`${origin}${healthPaths.live}`);
    const ready = await probe(`${origin}${healthPaths.ready}`);
    probes.push(live, ready);
    const verdict = judge(live, ready);
    const final = verdict.verdict !== "failing" || Date.now() + pauseMs > deadline;
    if (final) return { ...verdict, probes };
    await sleep(pauseMs);
  }
}

type Verdict = { verdict: "ready" } | { verdict: "failing" | "unreachable"; reason: string };

function judge(live: Probe, ready: Probe): Verdict {
  const silent = [live, ready].find(({ status }) => status === undefined);
  if (silent !== undefined) return { verdict: "unreachable", reason: `${silent.url}: ${silent.error}` };
  for (const { url, status } of [live, ready])
    if (status !== 200) return { verdict: "failing", reason: `${url} answers ${status}` };
  const parsed = services.safeParse(parseJson(ready.body));
  if (!parsed.success) return { verdict: "failing", reason: `${ready.url} does not answer as Chatwoot does` };
  const failing = Object.entries(parsed.data).filter(([, state]) => state !== "ok");
  if (failing.length === 0) return { verdict: "ready" };
  const said = failing.map(([name, state]) => `${name} ${state}`).join(", ");
  return { verdict: "failing", reason: `${ready.url} says ${said}` };
}

async function probe(url: string): Promise<Probe> {
  const at = new Date().toISOString();
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: "manual" });
    return { at, url, status: response.status, body: (await response.text()).slice(0, 1024) };
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    return { at, url, error: cause?.code ?? message };
  }
}
