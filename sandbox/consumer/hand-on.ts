import pRetry from "p-retry";
import { request } from "../../lib/http/request.ts";
import { signedHeaders } from "../chatwoot/deliveries.ts";
import { agentPath } from "./agent.ts";
import type { Fact } from "./facts.ts";

const attempts = 3;
const attemptSeconds = 4;

export interface HandOnOptions {
  /** Base address of the agent service. */
  agentUrl: string;
  secret: string;
  /** Pause before the second attempt, in milliseconds; doubles for each further attempt. Default: 200. */
  pauseMs?: number;
}

/** Forwards an event, signed, to the agent service in up to three attempts, and measures the duration. */
export async function handOn(event: object, { agentUrl, secret, pauseMs = 200 }: HandOnOptions): Promise<Fact> {
  const body = JSON.stringify(event);
  const started = performance.now();
  const measured = (): number => Math.round(performance.now() - started);
  try {
    await pRetry(
      async () => {
        const url = `${agentUrl}${agentPath}`;
        const headers = signedHeaders(secret, body);
        const { status } = await request(url, { method: "POST", headers, body, timeoutSeconds: attemptSeconds });
        if (status !== 200 && status !== 202) throw new Error(`the agent service returned ${status}`);
      },
      { retries: attempts - 1, minTimeout: pauseMs },
    );
    return { type: "delivery", value: { success: true, durationMs: measured() } };
  } catch (error) {
    const lastError = (error as Error).message;
    return { type: "deadLetter", value: { attempts, durationMs: measured(), lastError } };
  }
}
