import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { errorPage, html, notFoundPage, Refusal, type Answer } from "./answers.ts";
import { Cable } from "./cable.ts";
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
  /** Default: what the preparation step leaves behind. */
  state?: State;
  /** 0, the default, takes a free one. */
  port?: number;
  /** With these it speaks HTTPS. */
  tls?: { key: string; cert: string };
  /** `FRONTEND_URL`, where links lead and the one origin that `/cable` takes. Default its own address. */
  frontendUrl?: string;
  /** How long jobs of Sidekiq take to be done. Default 20. */
  jobDelayMs?: number;
}

/** A stand-in of Chatwoot that is running. */
export interface ChatwootStandIn {
  /** https or http://127.0.0.1:PORT. */
  readonly url: string;
  /** What it knows; to be read and changed at any time. */
  readonly state: State;
  /** What goes wrong on purpose; the first that matches counts. */
  readonly faults: Fault[];
  /** `METHOD /path` of what was asked, the oldest first. */
  readonly requests: readonly string[];
  /** Ends when nothing is being delivered any more. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export async function startChatwoot(options: ChatwootOptions = {}): Promise<ChatwootStandIn> {
  const { state = preparedState(), port = 0, tls, jobDelayMs = 20 } = options;
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

function answer(world: World, asked: Asked): Answer {
  const route = findRoute(routes, asked);
  if (route === undefined) return notFoundPage;
  const { postgres, redis } = world.state.services;
  const isHealth = asked.path === "/health" || asked.path === "/api" || asked.path.startsWith("/packs/");
  // Without either of them only what asks neither still answers.
  if ((postgres === "failing" || redis === "failing") && !isHealth) return errorPage;
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
