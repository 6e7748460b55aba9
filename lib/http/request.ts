import pRetry, { AbortError } from "p-retry";
import { parseJson } from "../json.ts";
import { httpFailure, HttpFailure } from "./failure.ts";

/* The HTTP client of all commands. Every call has a time limit, and a response of any status is returned. */

export interface HttpRequest {
  method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  body?: string | Uint8Array | FormData | Readonly<Record<string, unknown>>;
  /** Limit of the whole call, in seconds. Default: 10. */
  timeoutSeconds?: number;
  /** Whether redirects are followed; otherwise they are returned. Default: false. */
  follow?: boolean;
  /** Retries after no response, 502, 503 or 504. Default: 1 for GET and HEAD, otherwise 0. */
  retries?: number;
  /** Largest accepted body. Default: 10 MiB. */
  limitBytes?: number;
  /** Cancels the call. */
  signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  url: string;
  status: number;
  headers: Headers;
  body: Buffer;
  durationMs: number;
}

const passing = [502, 503, 504];

/** Throws an `HttpFailure` if there is no response. */
export async function request(url: string, options: HttpRequest = {}): Promise<HttpAnswer> {
  const { method = "GET", timeoutSeconds = 10, signal } = options;
  const retries = options.retries ?? (method === "GET" || method === "HEAD" ? 1 : 0);
  let attempt = 0;
  return pRetry(
    async () => {
      const isLast = attempt++ === retries;
      try {
        const answer = await once(url, { ...options, method });
        if (!isLast && passing.includes(answer.status)) throw new Error(String(answer.status));
        return answer;
      } catch (error) {
        // A cancelled command must not retry.
        if (signal?.aborted === true) throw new AbortError(signal.reason instanceof Error ? signal.reason : "ended");
        if (isLast) throw new AbortError(httpFailure(url, error, timeoutSeconds));
        throw error instanceof Error ? new Error(error.message, { cause: error }) : error;
      }
    },
    { retries, minTimeout: 500, maxTimeout: 2000, ...(signal === undefined ? {} : { signal }) },
  );
}

async function once(url: string, options: HttpRequest): Promise<HttpAnswer> {
  const { method = "GET", headers, body, timeoutSeconds = 10, follow = false, limitBytes = 10 * 1024 * 1024 } = options;
  const limit = AbortSignal.timeout(timeoutSeconds * 1000);
  const started = performance.now();
  const answer = await fetch(url, {
    method,
    redirect: follow ? "follow" : "manual",
    signal: options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]),
    headers: {
      "User-Agent": "chatwoot-ops",
      ...(isPlain(body) ? { "Content-Type": "application/json" } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isPlain(body) ? JSON.stringify(body) : (body as string | FormData) }),
  });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += (chunk as Uint8Array).length;
    if (bytes > limitBytes) throw new HttpFailure(url, `sent more than ${limitBytes} bytes`);
    chunks.push(chunk as Uint8Array);
  }
  return {
    url: answer.url || url,
    status: answer.status,
    headers: answer.headers,
    body: Buffer.concat(chunks),
    durationMs: Math.round(performance.now() - started),
  };
}

function isPlain(body: HttpRequest["body"]): body is Readonly<Record<string, unknown>> {
  return typeof body === "object" && !(body instanceof Uint8Array) && !(body instanceof FormData);
}

/** The body as JSON; undefined if it is not JSON. */
export function jsonOf(answer: HttpAnswer): unknown {
  return parseJson(answer.body.toString("utf8"));
}
