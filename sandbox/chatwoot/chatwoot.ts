import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { publicException, Refusal, Unhandled, type Answer } from "./answers.ts";
import { Cable } from "./cable.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { deliverer, type DeliveryOptions } from "./deliveries.ts";
import { meetFault, type Fault } from "./faults.ts";
import { secured, speaksTls, toHttps } from "./force-ssl.ts";
import { readRequest, type Asked } from "./request.ts";
import { findRoute, type World } from "./route.ts";
import { routes } from "./routes/routes.ts";
import { preparedState } from "./seed.ts";
import type { State } from "./state.ts";
import { knowsRoom } from "./room.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { Throttles } from "./throttles.ts";

export { addInbox, addUser, preparedState } from "./seed.ts";
export type { State } from "./state.ts";
export type { Fault } from "./faults.ts";

export interface ChatwootOptions extends DeliveryOptions {
  /** Default: the state after the preparation step. */
  state?: State;
  /** Default: 0, which selects a free port. */
  port?: number;
  /** Serve HTTPS with this key and certificate. */
  tls?: { key: string; cert: string };
  /** `FRONTEND_URL`: the base of links. Default: the server's address. */
  frontendUrl?: string;
  /** Duration of Sidekiq jobs, in milliseconds. Default: 20. */
  jobDelayMs?: number;
  /** Delay of `SendReplyJob` for messages with files, in milliseconds. Default: 2000, as in Chatwoot. */
  replyDelayMs?: number;
  /** Web processes that answer websockets in turn. Default: 1. */
  webProcesses?: number;
  /** The initializer `websocketReconnect`. Default: true. */
  websocketReconnect?: boolean;
  /** `FORCE_SSL`. Default: false. */
  forceSsl?: boolean;
  /** Where Ruby looks for a folder for temporary files: real folders of this machine. Default: the image's, which work. */
  temporaryFolders?: readonly string[];
  /** The clock of connection pool and throttles. Default: `Date.now`. */
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
  /** Restarts Redis within no time, for the first `webProcesses` only (default: for all). */
  restartRedis(webProcesses?: number): void;
  /** Resolves when all deliveries are done. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export async function startChatwoot(options: ChatwootOptions = {}): Promise<ChatwootStandIn> {
  const { state = preparedState(), port = 0, tls, jobDelayMs = 20, replyDelayMs = 2000, now = Date.now } = options;
  const faults: Fault[] = [];
  const requests: string[] = [];
  const throttles = new Throttles(now);
  const { deliver, settled } = deliverer(state, options);
  const cable = new Cable({
    isKnown: (params) => knowsRoom(state, params),
    processes: options.webProcesses,
    reconnects: options.websocketReconnect,
  });
  let url = "";
  const frontendUrl = (): string => options.frontendUrl ?? url;
  const world: World = {
    state,
    url: frontendUrl,
    deliver,
    pool: new ConnectionPool(now),
    // A job that meets a Redis that is away is lost: Sidekiq cannot write its retry.
    later: (job, delayMs = jobDelayMs) =>
      void setTimeout(() => {
        if (state.services.redis === "ok") job();
      }, delayMs).unref(),
    broadcast: (tokens, event, data) => cable.broadcast(tokens, event, data),
    replyDelayMs,
  };

  const hasTemporaryFolder = (): boolean =>
    options.temporaryFolders === undefined || temporaryFolder(options.temporaryFolders) !== undefined;

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await readRequest(request).catch((error: unknown) => {
      send(response, publicException(error instanceof Unhandled ? error.status : 400, request.headers.accept));
      return undefined;
    });
    if (asked === undefined) return;
    const isSecure = tls !== undefined || speaksTls(request.headers);
    if (options.forceSsl === true && !isSecure) {
      send(response, toHttps(request));
      return;
    }
    requests.push(`${asked.method} ${asked.path}`);
    const fault = needsFile(asked) && !hasTemporaryFolder() ? "reset" : await meetFault(faults, asked);
    if (fault === "reset") request.socket.destroy();
    else {
      const plain = absolute(fault ?? throttles.refuse(asked) ?? answer(world, asked), request);
      send(response, options.forceSsl === true ? secured(plain) : plain);
    }
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => void respond(request, response);
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  server.on("upgrade", (request: IncomingMessage, socket, head: Buffer) => {
    requests.push(`UPGRADE ${request.url}`);
    const asked = { method: "UPGRADE", path: request.url ?? "/" } as Asked;
    void meetFault(faults, asked).then((fault) => {
      if (fault === "reset") socket.destroy();
      else if (fault !== undefined) socket.end(`HTTP/1.1 ${fault.status} Fault\r\nConnection: close\r\n\r\n`);
      else if (options.forceSsl === true && tls === undefined && !speaksTls(request.headers))
        socket.end("HTTP/1.1 301 Moved Permanently\r\nConnection: close\r\n\r\n");
      else if (request.url !== "/cable") socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
      else cable.upgrade(request, socket, head);
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
    restartRedis: (webProcesses) => cable.redisRestarted(webProcesses),
    async stop() {
      cable.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Rack and Puma write uploads and large bodies to temporary files. Without a folder for them, they close the connection. */
function needsFile({ uploads, bodyBytes }: Asked): boolean {
  return uploads.length > 0 || bodyBytes > 112 * 1024;
}

/** Seen on Chatwoot while Redis is away. A visitor's message is stored, then its event fails. */
const worksWithoutRedis = /^\/(auth\/password|super_admin\/sign_in|rails\/active_storage)/;
const storesWithoutRedis = /^POST \/public\/api\/v1\/.*\/messages$/;

function answer(world: World, asked: Asked): Answer {
  const { accept } = asked.headers;
  const route = findRoute(routes, asked);
  if (route === undefined) return publicException(404, accept);
  const { postgres, redis } = world.state.services;
  if (!/^\/(health$|api$|packs\/)/.test(asked.path)) {
    if (postgres === "failing") return publicException(500, accept);
    const passes = worksWithoutRedis.test(asked.path) || storesWithoutRedis.test(`${asked.method} ${asked.path}`);
    if (redis !== "ok" && !passes) return publicException(500, accept);
    world.pool.query();
  }
  try {
    const [handle, ids] = route();
    return handle(world, asked, ids);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    return publicException(error instanceof Unhandled ? error.status : 500, accept);
  }
}

/** Rails redirects to absolute addresses, on the requested host. */
function absolute(answer: Answer, { headers, socket }: IncomingMessage): Answer {
  const location = answer.headers?.["location"];
  if (location?.startsWith("/") !== true) return answer;
  const scheme = "encrypted" in socket ? "https" : "http";
  return { ...answer, headers: { ...answer.headers, location: `${scheme}://${headers.host}${location}` } };
}

function send(response: ServerResponse, { status, headers = {}, body = "" }: Answer): void {
  response.writeHead(status, headers).end(body);
}
