import type { z } from "zod";
import { HttpFailure } from "../../../lib/http/failure.ts";
import { jsonOf, request, type HttpAnswer, type HttpRequest } from "../../../lib/http/request.ts";

export interface ChatwootAddress {
  /** Public URL without a trailing slash. */
  baseUrl: string;
  /**
   * For the header `api-access-token`. Chatwoot reads `api_access_token` too, but nginx and Envoy drop or reject names
   * with underscores. If omitted, only public endpoints can be called. */
  apiToken?: string | undefined;
  /** Limit per call. Default: 10. */
  timeoutSeconds?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** Chatwoot answered with an unexpected status or body. */
export class ChatwootApiError extends Error {
  readonly status: number;
  /** `POST /api/v1/accounts/1/inboxes`. */
  readonly request: string;
  /** The answer's error message, without a full stop. */
  readonly reason: string;

  constructor(request: string, status: number, reason: string) {
    super(`Chatwoot: ${request} answered ${status}${reason && `: ${reason}`}.`);
    this.name = "ChatwootApiError";
    this.request = request;
    this.status = status;
    this.reason = reason;
  }
}

export class ChatwootApi {
  readonly #address: ChatwootAddress;

  constructor(address: ChatwootAddress) {
    this.#address = { ...address, baseUrl: address.baseUrl.replace(/\/+$/, "") };
  }

  get baseUrl(): string {
    return this.#address.baseUrl;
  }

  /** Returns any answer, unparsed. Sends the token only if `withToken` is set. */
  async ask(path: string, options: HttpRequest = {}, withToken = false): Promise<HttpAnswer> {
    const { baseUrl, apiToken, timeoutSeconds, signal } = this.#address;
    return request(`${baseUrl}${path}`, {
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      signal,
      ...options,
      headers: {
        Accept: "application/json",
        ...(withToken && apiToken !== undefined ? { "api-access-token": apiToken } : {}),
        ...options.headers,
      },
    });
  }

  /** Requires a status of 2xx and a body that matches the schema. */
  async get<T>(what: string, schema: z.ZodType<T>, options: Omit<HttpRequest, "method"> = {}): Promise<T> {
    const [method, path] = splitWhat(what);
    const answer = await this.ask(path, { ...options, method }, !isPublic(path));
    this.#requireOk(what, answer);
    const parsed = schema.safeParse(jsonOf(answer));
    if (parsed.success) return parsed.data;
    // The body is not printed: it can contain secrets.
    const [issue] = parsed.error.issues;
    throw new ChatwootApiError(what, answer.status, `unexpected JSON at ${issue?.path.join(".") || "the root"}`);
  }

  /** Requires a status of 2xx and ignores the body. */
  async run(what: string, options: Omit<HttpRequest, "method"> = {}): Promise<void> {
    const [method, path] = splitWhat(what);
    this.#requireOk(what, await this.ask(path, { ...options, method }, !isPublic(path)));
  }

  #requireOk(what: string, answer: HttpAnswer): void {
    if (answer.status >= 200 && answer.status < 300) return;
    throw new ChatwootApiError(what, answer.status, reasonOf(answer));
  }
}

/** Routes of customers and visitors, which get no token. */
function isPublic(path: string): boolean {
  return path.startsWith("/public/") || path.startsWith("/api/v1/widget/");
}

function splitWhat(what: string): [NonNullable<HttpRequest["method"]>, string] {
  const [method, path = "/"] = what.split(" ");
  return [method as NonNullable<HttpRequest["method"]>, path];
}

/** The message of a JSON error, or the target of a redirect. */
function reasonOf(answer: HttpAnswer): string {
  const location = answer.headers.get("location");
  if (location !== null && URL.canParse(location, answer.url))
    return `redirects to ${new URL(location, answer.url).host}${new URL(location, answer.url).pathname}`;
  const body = jsonOf(answer) as { error?: unknown; message?: unknown; errors?: unknown } | undefined;
  const message = [body?.error, body?.message, Array.isArray(body?.errors) ? body.errors[0] : undefined].find(
    (each) => typeof each === "string",
  );
  return (message ?? "").replace(/\.$/, "");
}

/** The problem of a failed call, without a full stop. */
export function failureMessage(error: unknown): string {
  if (error instanceof ChatwootApiError)
    return `${error.request} answered ${error.status}${error.reason && `: ${error.reason}`}`;
  if (error instanceof HttpFailure) return error.finding;
  return error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
}
