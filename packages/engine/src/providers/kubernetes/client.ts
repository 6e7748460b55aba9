import http from "node:http";
import https from "node:https";
import { createInterface } from "node:readline";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Props, Value } from "../../values.ts";
import { ApiError, UnreachableError } from "./api-error.ts";

export interface Request {
  query?: Record<string, string | number | boolean | undefined>;
  body?: Value;
  contentType?: string;
  signal?: AbortSignal;
}

export interface Client {
  request(method: string, path: string, request?: Request): Promise<Value>;
  /** The lines of a streaming response such as a watch, until the server, the time limit or the signal ends it. */
  lines(path: string, request: Request & { limitMs: number }): AsyncGenerator<Value>;
  close(): void;
}

const applyPatch = "application/apply-patch+yaml";
export const contentTypes = { apply: applyPatch, jsonPatch: "application/json-patch+json" } as const;

/** A JSON client of the API server in a kubeconfig's current context. */
export function createClient(kubeConfig: KubeConfig, requestTimeoutMs: number): Client {
  const server = kubeConfig.getCurrentCluster()?.server ?? "";
  const agents = new Map<string, http.Agent>();

  /** The kubeconfig library creates an agent per request; one agent per identity keeps connections open. */
  function agentOf({ agent, ca, cert, key }: https.RequestOptions): https.RequestOptions["agent"] {
    if (!(agent instanceof http.Agent)) return agent;
    const identity = [ca, cert, key].map(String).join("\n");
    const known = agents.get(identity) ?? Object.assign(agent, { keepAlive: true });
    agents.set(identity, known);
    return known;
  }

  async function send(method: string, path: string, { query, body, contentType, signal }: Request, timeoutMs: number) {
    const url = new URL(server.replace(/\/$/, "") + path);
    for (const [key, value] of Object.entries(query ?? {}))
      if (value !== undefined) url.searchParams.set(key, String(value));
    const options: https.RequestOptions = {};
    try {
      await kubeConfig.applyToHTTPSOptions(options);
    } catch (error) {
      throw new UnreachableError((error as Error).message, error);
    }
    const agent = agentOf(options);
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...(options.headers as Props),
      accept: "application/json",
      ...(payload === undefined ? {} : { "content-type": contentType ?? "application/json" }),
    };
    const limit = AbortSignal.timeout(timeoutMs);
    const until = signal ? AbortSignal.any([signal, limit]) : limit;
    return new Promise<http.IncomingMessage>((resolve, reject) => {
      const transport = url.protocol === "http:" ? http : https;
      const outgoing = transport.request(url, { ...options, agent, method, headers, signal: until }, resolve);
      outgoing.on("error", (error) => {
        if (signal?.aborted) reject(new Error("cancelled", { cause: error }));
        else
          reject(
            new UnreachableError(
              limit.aborted ? `no answer from ${url.origin} within ${timeoutMs / 1000} s` : error.message,
              error,
            ),
          );
      });
      outgoing.end(payload);
    });
  }

  async function bodyOf(response: http.IncomingMessage): Promise<Value> {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }

  return {
    async request(method, path, request = {}) {
      const response = await send(method, path, request, requestTimeoutMs);
      const body = await bodyOf(response);
      const status = response.statusCode ?? 0;
      if (status >= 300) throw new ApiError(status, body);
      return body;
    },
    async *lines(path, { limitMs, ...request }) {
      const response = await send("GET", path, request, limitMs);
      if ((response.statusCode ?? 0) >= 300) throw new ApiError(response.statusCode ?? 0, await bodyOf(response));
      try {
        for await (const line of createInterface({ input: response, crlfDelay: Infinity }))
          if (line) yield JSON.parse(line);
      } finally {
        response.destroy();
      }
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}
