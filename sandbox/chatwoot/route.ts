import type { Answer } from "./answers.ts";
import type { ConnectionPool } from "./connection-pool.ts";
import type { Asked } from "./request.ts";
import type { Delivering } from "./deliveries.ts";
import type { State } from "./state.ts";

/** The context of every route. */
export interface World {
  state: State;
  /** `FRONTEND_URL`: the base of links. */
  url: () => string;
  deliver: Delivering;
  /** Connections to PostgreSQL. */
  pool: ConnectionPool;
  /** Runs a Sidekiq job, after a short delay. */
  later: (job: () => void, delayMs?: number) => void;
  /** Sends an event to the open websockets of these pubsub tokens. */
  broadcast: (pubsubTokens: readonly string[], event: string, data: object) => void;
  /** Delay of `SendReplyJob` for messages with files, in milliseconds. */
  replyDelayMs: number;
}

export type Handler = (world: World, asked: Asked, ids: Readonly<Record<string, string>>) => Answer;

export interface Route {
  method: string;
  pattern: RegExp;
  handle: Handler;
}

/**
 * `route("GET /api/v1/accounts/:account/webhooks", ...)`: a name matches one segment without dots, `*name` the rest of the
 * path. As in Rails, each route also takes a format (`.json`).
 */
export function route(what: string, handle: Handler): Route {
  const [method = "", path = ""] = what.split(" ");
  const pattern = path
    .replaceAll(".", "\\.")
    .replaceAll(/:(\w+)/g, "(?<$1>[^./]+)")
    .replaceAll(/\*(\w+)/g, "(?<$1>.+?)");
  return { method, pattern: new RegExp(`^${pattern}(?:\\.(?<format>[^./]+))?$`), handle };
}

/** The path that Rails compares with its routes: repeated slashes and the last one do not count. */
export function routedPath(path: string): string {
  return path.replaceAll(/\/+/g, "/").replace(/(?<=.)\/$/, "");
}

export function findRoute(
  routes: readonly Route[],
  asked: Asked,
): (() => [Handler, Record<string, string>]) | undefined {
  const path = routedPath(asked.path);
  for (const { method, pattern, handle } of routes) {
    const match = method === asked.method ? pattern.exec(path) : null;
    if (match)
      return () => [
        handle,
        Object.fromEntries(
          Object.entries(match.groups ?? {})
            .filter(([, value]) => value !== undefined)
            .map(([name, value]) => [name, decodeURIComponent(value)]),
        ),
      ];
  }
  return undefined;
}
