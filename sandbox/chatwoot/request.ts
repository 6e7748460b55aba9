import type { IncomingMessage } from "node:http";
import { Unhandled } from "./answers.ts";

/** An uploaded file. */
export interface Upload {
  fileName: string;
  contentType: string;
  bytes: Buffer;
}

/** A request with its parsed body. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  /** Address of the connection's other end. */
  remoteAddress: string;
  /** Parameters from JSON or a form. */
  params: Record<string, unknown>;
  uploads: Upload[];
  bodyBytes: number;
}

export async function readRequest(request: IncomingMessage): Promise<Asked> {
  const url = new URL(request.url ?? "/", "http://stand-in");
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const asked: Asked = {
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    remoteAddress: request.socket.remoteAddress ?? "",
    params: {},
    uploads: [],
    bodyBytes: body.length,
  };
  await readBody(asked, body);
  return asked;
}

async function readBody(asked: Asked, body: Buffer): Promise<void> {
  const type = asked.headers["content-type"] ?? "";
  if (body.length === 0) return;
  if (type.startsWith("application/json")) asked.params = jsonParams(body);
  else if (/^(multipart\/form-data|application\/x-www-form-urlencoded)/.test(type))
    await readForm(asked, await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData());
}

function jsonParams(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    // Rails' parameter parser fails before any controller runs.
    throw new Unhandled(400);
  }
}

async function readForm(asked: Asked, form: FormData): Promise<void> {
  for (const [name, value] of form) {
    if (typeof value === "string") asked.params[name.replace(/\[\]$/, "")] = value;
    else if (name === "attachments[]" || name === "attachment")
      asked.uploads.push({
        fileName: value.name,
        contentType: value.type || "application/octet-stream",
        bytes: Buffer.from(await value.arrayBuffer()),
      });
  }
}

export function textParam(asked: Asked, name: string): string | undefined {
  const value = asked.params[name];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}

export function numberParam(asked: Asked, name: string): number | undefined {
  const value = Number(textParam(asked, name) ?? NaN);
  return Number.isInteger(value) ? value : undefined;
}

/** `true`, `"true"` and `1` as Rails casts them. */
export function booleanParam(asked: Asked, name: string): boolean {
  return [true, "true", 1, "1"].includes(asked.params[name] as never);
}

export function objectParam(asked: Asked, name: string): Record<string, unknown> | undefined {
  const value = asked.params[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
