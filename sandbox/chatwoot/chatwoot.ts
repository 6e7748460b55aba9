import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { errorPage, html, notFoundPage, Refusal, type Answer } from "./answers.ts";
import { Cable } from "./cable.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { deliverer, type DeliveryOptions } from "./deliveries.ts";
import { meetFault, type Fault } from "./faults.ts";
import { readRequest, type Asked } from "./request.ts";
import { findRoute, type World } from "./route.ts";
import { routes } from "./routes/routes.ts";
import { preparedState } from "./seed.ts";
import type { State } from "./state.ts";
import { Throttles } from "./throttles.ts";

export { addUser, preparedState } from "./seed.ts";
export type { State } from "./state.ts";
export type { Fault } from "./faults.ts";

export interface ChatwootOptions extends DeliveryOptions {
  /** Default: the state after the preparation step. */
  state?: State;
  /** Default: 0, which selects a free port. */
  port?: number;
  /** Serve HTTPS with this key and certificate. */
  tls?: { key: string; cert: string };
  /** `FRONTEND_URL`: the base of links, and the only origin that `/cable` accepts. Default: the server's address. */
  frontendUrl?: string;
  /** Duration of Sidekiq jobs, in milliseconds. Default: 20. */
  jobDelayMs?: number;
  /** The clock of the connection pool. Default: `Date.now`. */
  now?: () => number;
}

/** A running stand-in for Chatwoot. */
export interface ChatwootStandIn {
  /** https or http://127.0.0.1:PORT. */
  readonly url: string;
  /** The records, which tests may read and change at any time. */
  readonly state: State;
  /** Injected faults; the first match applies. */
  readonly faults: Fault[];
  /** `METHOD /path` of every request, oldest first. */
  readonly requests: readonly string[];
  /** Resolves when all deliveries are done. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export async function startChatwoot(options: ChatwootOptions = {}): Promise<ChatwootStandIn> {
  const { state = preparedState(), port = 0, tls, jobDelayMs = 20, now = Date.now } = options;
  const faults: Fault[] = [];
  const requests: string[] = [];
  const throttles = new Throttles();
  const { deliver, settled } = deliverer(state, options);
  let url = "";
  const frontendUrl = (): string => options.frontendUrl ?? url;
  const world: World = {
    state,
    url: frontendUrl,
    deliver,
    pool: new ConnectionPool(now),
    later: (job) => void setTimeout(job, jobDelayMs).unref(),
  };

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await readRequest(request).catch((error: unknown) => {
      if (error instanceof Refusal) send(response, error.answer);
      else send(response, html("<title>400 Bad Request</title>", 400));
      return undefined;
    });
    if (asked === undefined) return;
    requests.push(`${asked.method} ${asked.path}`);
    const fault = await meetFault(faults, asked);
    if (fault === "reset") request.socket.destroy();
    else send(response, fault ?? throttles.refuse(asked) ?? answer(world, asked));
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => void respond(request, response);
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  const cable = new Cable((token) => state.contactInboxes.some(({ pubsubToken }) => pubsubToken === token));
  server.on("upgrade", (request: IncomingMessage, socket, head: Buffer) => {
    requests.push(`UPGRADE ${request.url}`);
    const asked = { method: "UPGRADE", path: request.url ?? "/" } as Asked;
    void meetFault(faults, asked).then((fault) => {
      if (fault === "reset") socket.destroy();
      else if (fault !== undefined) socket.end(`HTTP/1.1 ${fault.status} Fault\r\nConnection: close\r\n\r\n`);
      else if (request.url !== "/cable") socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
      else cable.upgrade(request, socket, head, [url, frontendUrl()]);
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  url = `${tls === undefined ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    state,
    faults,
    requests,
    settled,
    async stop() {
      cable.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Seen on Chatwoot while Redis is away. */
const worksWithoutRedis = /^\/(auth\/password|super_admin\/sign_in|rails\/active_storage)/;

function answer(world: World, asked: Asked): Answer {
  const route = findRoute(routes, asked);
  if (route === undefined) return notFoundPage;
  const { postgres, redis } = world.state.services;
  if (!/^\/(health$|api$|packs\/)/.test(asked.path)) {
    if (postgres === "failing") return errorPage;
    if (redis !== "ok" && !worksWithoutRedis.test(asked.path)) return errorPage;
    world.pool.query();
  }
  try {
    const [handle, ids] = route();
    return handle(world, asked, ids);
  } catch (error) {
    return error instanceof Refusal ? error.answer : errorPage;
  }
}

function send(response: ServerResponse, { status, headers = {}, body = "" }: Answer): void {
  response.writeHead(status, headers).end(body);
}
