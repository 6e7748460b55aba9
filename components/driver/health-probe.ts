import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { parseJson } from "../../lib/json.ts";
import { healthPaths } from "../chatwoot/health.ts";

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

const services = z.object({ queue_services: z.string(), data_services: z.string() });

export interface ProbeOptions {
  /** Time limit for a responding Chatwoot to become ready. Default: 60. */
  patienceSeconds?: number;
  pauseMs?: number;
}

/**
 * Requests the public health routes. `/api` always responds with 200, so its body decides. Directly after the start it can
 * report a failing database until the first use, so the request is repeated.
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
  const unreached = [live, ready].find(({ status }) => status === undefined);
  if (unreached !== undefined) return { verdict: "unreachable", reason: `${unreached.url}: ${unreached.error}` };
  for (const { url, status } of [live, ready])
    if (status !== 200) return { verdict: "failing", reason: `${url} responded with ${status}` };
  const parsed = services.safeParse(parseJson(ready.body));
  if (!parsed.success) return { verdict: "failing", reason: `${ready.url} did not return Chatwoot's JSON` };
  const failing = Object.entries(parsed.data).filter(([, state]) => state !== "ok");
  if (failing.length === 0) return { verdict: "ready" };
  const states = failing.map(([name, state]) => `${name} ${state}`).join(", ");
  return { verdict: "failing", reason: `${ready.url} reports ${states}` };
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
