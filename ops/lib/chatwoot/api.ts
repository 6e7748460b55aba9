import type { z } from "zod";
import { HttpFailure } from "../../../lib/http/failure.ts";
import { jsonOf, request, type HttpAnswer, type HttpRequest } from "../../../lib/http/request.ts";

export interface ChatwootAddress {
  /** Public address, without a slash at its end. */
  baseUrl: string;
  /** For the header `api_access_token`; without one only what is open to everybody can be asked. */
  apiToken?: string | undefined;
  /** For each call. Default 10. */
  timeoutSeconds?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** Chatwoot answered, and not what was asked for. */
export class ChatwootRefusal extends Error {
  readonly status: number;
  /** `POST /api/v1/accounts/1/inboxes`. */
  readonly asked: string;
  /** What it said, without a full stop. */
  readonly said: string;

  constructor(asked: string, status: number, said: string) {
    super(`Chatwoot: ${asked} answered ${status}${said && `: ${said}`}.`);
    this.name = "ChatwootRefusal";
    this.asked = asked;
    this.status = status;
    this.said = said;
  }
}

/** Calls that carry the token, and parse what comes back. */
export class ChatwootApi {
  readonly #address: ChatwootAddress;

  constructor(address: ChatwootAddress) {
    this.#address = { ...address, baseUrl: address.baseUrl.replace(/\/+$/, "") };
  }

  get baseUrl(): string {
    return this.#address.baseUrl;
  }

  /** Any answer, unparsed. The token goes with it only where `withToken` says so. */
  async ask(path: string, options: HttpRequest = {}, withToken = false): Promise<HttpAnswer> {
    const { baseUrl, apiToken, timeoutSeconds, signal } = this.#address;
    return request(`${baseUrl}${path}`, {
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      signal,
      ...options,
      headers: {
        Accept: "application/json",
        ...(withToken && apiToken !== undefined ? { api_access_token: apiToken } : {}),
        ...options.headers,
      },
    });
  }

  /** An answer of status 200 whose JSON has this form. */
  async get<T>(what: string, schema: z.ZodType<T>, options: Omit<HttpRequest, "method"> = {}): Promise<T> {
    const [method, path] = splitWhat(what);
    const answer = await this.ask(path, { ...options, method }, !path.startsWith("/public/"));
    this.#mustBeOk(what, answer);
    const parsed = schema.safeParse(jsonOf(answer));
    if (parsed.success) return parsed.data;
    // What it said is not shown: it can hold anything.
    const [issue] = parsed.error.issues;
    throw new ChatwootRefusal(
      what,
      answer.status,
      `in a form that is not known (at ${issue?.path.join(".") || "its root"})`,
    );
  }

  /** An answer of status 2xx, whatever is in it. */
  async run(what: string, options: Omit<HttpRequest, "method"> = {}): Promise<void> {
    const [method, path] = splitWhat(what);
    this.#mustBeOk(what, await this.ask(path, { ...options, method }, !path.startsWith("/public/")));
  }

  #mustBeOk(what: string, answer: HttpAnswer): void {
    if (answer.status >= 200 && answer.status < 300) return;
    throw new ChatwootRefusal(what, answer.status, saidBy(answer));
  }
}

function splitWhat(what: string): [NonNullable<HttpRequest["method"]>, string] {
  const [method, path = "/"] = what.split(" ");
  return [method as NonNullable<HttpRequest["method"]>, path];
}

/** The message in an error's JSON; of a page only where it leads to. */
function saidBy(answer: HttpAnswer): string {
  const location = answer.headers.get("location");
  if (location !== null && URL.canParse(location, answer.url))
    return `leads to ${new URL(location, answer.url).host}${new URL(location, answer.url).pathname}`;
  const body = jsonOf(answer) as { error?: unknown; message?: unknown; errors?: unknown } | undefined;
  const said = [body?.error, body?.message, Array.isArray(body?.errors) ? body.errors[0] : undefined].find(
    (each) => typeof each === "string",
  );
  return (said ?? "").replace(/\.$/, "");
}

/** What to say of a failed call, without a full stop. */
export function sayFailure(error: unknown): string {
  if (error instanceof ChatwootRefusal)
    return `${error.asked} answered ${error.status}${error.said && `: ${error.said}`}`;
  if (error instanceof HttpFailure) return error.finding;
  return error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
}
