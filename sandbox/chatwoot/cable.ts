import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";

/** The socket's protocols, in ActionCable's order of preference. */
const protocols = ["actioncable-v1-json", "actioncable-unsupported"];
const pingMs = 3000;

/** The parameters of a subscription to RoomChannel. */
export interface RoomParams {
  pubsub_token?: string;
  account_id?: number;
  user_id?: number;
}

export interface CableOptions {
  /** Whether the channel finds the record of a subscription. If not, it raises, and the client gets no answer. */
  isKnown: (params: RoomParams) => boolean;
  /** Web processes behind the address. Default: 1. */
  processes?: number | undefined;
  /** Whether the listener of a process outlives a restart of Redis (initializer `websocketReconnect`). Default: true. */
  reconnects?: boolean | undefined;
}

/**
 * ActionCable of one web process. Its listener starts with the first subscription. If Redis restarts, the listener ends
 * for good: sockets stay open and get pings, but no events.
 */
class WebProcess {
  readonly #subscriptions = new Map<WebSocket, Map<string, string>>();
  #listener: "not started" | "runs" | "ended" = "not started";

  /** Returns whether the subscription is confirmed. Without a listener, only a stream that the process already has is. */
  subscribe(socket: WebSocket, identifier: string, stream: string): boolean {
    if (this.#listener === "not started") this.#listener = "runs";
    const isConfirmed = this.#listener === "runs" || this.#has(stream);
    const own = this.#subscriptions.get(socket) ?? new Map<string, string>();
    this.#subscriptions.set(socket, own.set(identifier, stream));
    return isConfirmed;
  }

  close(socket: WebSocket): void {
    this.#subscriptions.delete(socket);
  }

  endListener(): void {
    if (this.#listener === "runs") this.#listener = "ended";
  }

  broadcast(streams: readonly string[], message: object): void {
    if (this.#listener !== "runs") return;
    for (const [socket, own] of this.#subscriptions)
      for (const [identifier, stream] of own)
        if (streams.includes(stream)) socket.send(JSON.stringify({ identifier, message }));
  }

  #has(stream: string): boolean {
    return [...this.#subscriptions.values()].some((own) => [...own.values()].includes(stream));
  }
}

/** ActionCable at `/cable`: welcomes, pings, confirms subscriptions by their pubsub token, and sends events. */
export class Cable {
  readonly #server = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
  });
  readonly #options: CableOptions;
  readonly #processes: WebProcess[];

  constructor(options: CableOptions) {
    this.#options = options;
    this.#processes = Array.from({ length: options.processes ?? 1 }, () => new WebProcess());
    let connections = 0;
    this.#server.on("connection", (socket) => {
      const process = this.#processes[connections++ % this.#processes.length] as WebProcess;
      socket.send(JSON.stringify({ type: "welcome" }));
      const ping = setInterval(
        () => socket.send(JSON.stringify({ type: "ping", message: Math.floor(Date.now() / 1000) })),
        pingMs,
      );
      socket.on("close", () => {
        clearInterval(ping);
        process.close(socket);
      });
      socket.on("error", () => socket.terminate());
      socket.on("message", (data: Buffer) => this.#command(process, socket, data.toString("utf8")));
    });
  }

  /** Accepts any origin: Chatwoot sets `disable_request_forgery_protection`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#server.emit("connection", opened, request));
  }

  /** Ends the listeners of some processes, by default of all, unless they reconnect. */
  redisRestarted(processes = this.#processes.length): void {
    if (this.#options.reconnects ?? true) return;
    for (const process of this.#processes.slice(0, processes)) process.endListener();
  }

  broadcast(pubsubTokens: readonly string[], event: string, data: object): void {
    for (const process of this.#processes) process.broadcast(pubsubTokens, { event, data });
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #command(process: WebProcess, socket: WebSocket, text: string): void {
    try {
      const { command, identifier } = JSON.parse(text) as { command: string; identifier: string };
      if (command !== "subscribe") return;
      const params = JSON.parse(identifier) as RoomParams;
      if (!this.#options.isKnown(params)) return;
      if (process.subscribe(socket, identifier, params.pubsub_token ?? ""))
        socket.send(JSON.stringify({ identifier, type: "confirm_subscription" }));
    } catch {
      // ActionCable logs a message that it cannot parse, and keeps the connection.
    }
  }
}
