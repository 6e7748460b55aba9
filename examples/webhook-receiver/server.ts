import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Replays } from "./replays.ts";
import { verifyWebhook } from "./verify.ts";

export interface ReceiverOptions {
  /** The webhook's secret; during a rotation, both. */
  secret: string | readonly string[];
  /** Path of the webhook. Default: /api/webhooks/chatwoot. */
  path?: string;
  /** Maximum size of a body. Default: 1 MiB. */
  limitBytes?: number;
  /** Called once per delivery, after the response. */
  onEvent: (event: Record<string, unknown>) => void | Promise<void>;
  /** Receives the reasons of rejections and the errors of `onEvent`. Default: ignored. */
  onProblem?: (problem: string) => void;
}

/**
 * A receiver of Chatwoot's webhooks: answers 202 to valid deliveries and replays, otherwise 401. It answers before
 * processing, because Chatwoot waits 5 s and never redelivers.
 */
export function createReceiver(options: ReceiverOptions): Server {
  const { secret, path = "/api/webhooks/chatwoot", limitBytes = 1024 * 1024, onEvent, onProblem = () => {} } = options;
  const replays = new Replays();

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://receiver");
    if (request.method === "GET" && pathname === "/health") return answer(response, 200, { status: "ok" });
    if (pathname !== path) return answer(response, 404, { error: "not found" });
    if (request.method !== "POST") return answer(response, 405, { error: "method not allowed" });

    const body = await readBody(request, limitBytes);
    if (body === undefined) return answer(response, 413, { error: "too large" });
    const verdict = verifyWebhook(body, request.headers, { secret });
    if (!verdict.ok) {
      onProblem(`refused: ${verdict.reason}`);
      return answer(response, 401, { error: "unauthorized" });
    }
    const event = parseEvent(body);
    if (event === undefined) return answer(response, 400, { error: "not a JSON object" });
    const isNew = replays.isNew(verdict.signature);
    answer(response, 202, { accepted: isNew });
    // A test event needs no processing.
    if (isNew && event["event"] !== "test") await onEvent(event);
  }

  return createServer((request, response) => {
    receive(request, response).catch((error: unknown) => {
      onProblem(String(error));
      if (!response.headersSent) answer(response, 500, { error: "internal error" });
    });
  });
}

/** The raw body; undefined if it is too large. */
async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // An oversized body is read to the end, so that the sender receives the answer.
    if (bytes <= limitBytes) chunks.push(chunk);
  }
  return bytes > limitBytes ? undefined : Buffer.concat(chunks);
}

function parseEvent(body: Buffer): Record<string, unknown> | undefined {
  try {
    const event: unknown = JSON.parse(body.toString("utf8"));
    return typeof event === "object" && event !== null && !Array.isArray(event) ? { ...event } : undefined;
  } catch {
    return undefined;
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
