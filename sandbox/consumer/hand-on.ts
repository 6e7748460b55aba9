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
  /** Before the second attempt; then twice as long. Default 200. */
  pauseMs?: number;
}

/** Hands an event on to the agent service, signed as it came, and measures it: three attempts, then it is given up. */
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
        if (status !== 200 && status !== 202) throw new Error(`the agent service answered ${status}`);
      },
      { retries: attempts - 1, minTimeout: pauseMs },
    );
    return { type: "delivery", value: { success: true, durationMs: measured() } };
  } catch (error) {
    const lastError = (error as Error).message;
    return { type: "deadLetter", value: { attempts, durationMs: measured(), lastError } };
  }
}
