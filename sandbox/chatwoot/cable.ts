import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";

/** The socket's protocols, in ActionCable's order of preference. */
const protocols = ["actioncable-v1-json", "actioncable-unsupported"];
const pingMs = 3000;

/** ActionCable at `/cable`: welcomes, pings, and confirms subscriptions by their pubsub token. */
export class Cable {
  readonly #server = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
  });
  readonly #isKnown: (pubsubToken: string) => boolean;

  constructor(isKnown: (pubsubToken: string) => boolean) {
    this.#isKnown = isKnown;
    this.#server.on("connection", (socket) => {
      socket.send(JSON.stringify({ type: "welcome" }));
      const ping = setInterval(
        () => socket.send(JSON.stringify({ type: "ping", message: Math.floor(Date.now() / 1000) })),
        pingMs,
      );
      socket.on("close", () => clearInterval(ping));
      socket.on("error", () => socket.terminate());
      socket.on("message", (data: Buffer) => this.#command(data.toString("utf8"), (text) => socket.send(text)));
    });
  }

  /** Accepts any origin: Chatwoot sets `disable_request_forgery_protection`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#server.emit("connection", opened, request));
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #command(text: string, send: (text: string) => void): void {
    try {
      const { command, identifier } = JSON.parse(text) as { command: string; identifier: string };
      if (command !== "subscribe") return;
      const { pubsub_token: token } = JSON.parse(identifier) as { pubsub_token?: string };
      // An unknown token raises in the channel, and gets no answer.
      if (this.#isKnown(token ?? "")) send(JSON.stringify({ identifier, type: "confirm_subscription" }));
    } catch {
      // ActionCable logs a message that it cannot parse, and keeps the connection.
    }
  }
}
