import { connectToFacts } from "../../components/chatwoot/facts/connection.ts";
import { ChatwootClient } from "../lib/chatwoot/client.ts";
import { failuresAmong } from "../health/check.ts";
import type { Run } from "../health/evidence.ts";
import type { Target } from "../health/target.ts";
import { pipelineSource } from "../pipeline/source.ts";
import { runEndToEnd } from "./run.ts";

const pollMs = 1000;

export interface EndToEndOptions {
  /** Undefined if the environment defines the target. */
  stack?: string;
  /** Default: one created for the test. */
  inbox?: string;
  /** Seconds from the customer's message to the fact. */
  factWithin: number;
  /** Seconds from the customer's message to the note. Default: the stack's target. */
  noteWithin?: number;
  /** Seconds per request. */
  timeout: number;
  signal: AbortSignal;
}

/** Runs the test. Prints and saves nothing. */
export async function endToEndOf(target: Target, options: EndToEndOptions): Promise<Run> {
  const { stack, inbox, timeout, factWithin, signal } = options;
  const source = await pipelineSource(stack);
  const { noteWithin = source.targets.noteSeconds } = options;
  const facts = connectToFacts(
    source.url,
    { statementTimeoutSeconds: timeout, lockTimeoutSeconds: timeout },
    `npm run ops -- e2e${source.flags}`,
  );
  facts.catch(() => undefined);
  const address = { baseUrl: target.baseUrl, apiToken: target.apiToken, timeoutSeconds: timeout };
  const at = new Date().toISOString();
  try {
    const results = await runEndToEnd({
      target,
      client: new ChatwootClient({ ...address, signal }),
      patient: new ChatwootClient(address),
      facts,
      targets: source.targets,
      limits: { timeoutSeconds: timeout, factSeconds: factWithin, noteSeconds: noteWithin, pollMs, inbox },
      signal,
    });
    return { at, target: target.title, url: target.baseUrl, ok: failuresAmong(results).length === 0, results };
  } finally {
    await facts.then((client) => client.end()).catch(() => undefined);
  }
}
