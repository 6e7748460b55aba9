import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";

/** A request as it arrived behind the gate. */
export interface Arrived {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
}

export interface Upstream {
  port: number;
  arrived: Arrived[];
  stop: () => Promise<void>;
}

/** Replaces Chatwoot's web server: answers everything with 200, and records the raw requests. */
export async function startUpstream(): Promise<Upstream> {
  const arrived: Arrived[] = [];
  // Puma's limit for headers, in bytes.
  const server = createServer({ maxHeaderSize: 80 * 1024 }, ({ method = "", url = "", headers }, response) => {
    arrived.push({ method, url, headers });
    response.setHeader("x-answered-by", "chatwoot");
    response.end(JSON.stringify({ method, url }));
  });
  const sockets = new WebSocketServer({ server, path: "/cable" });
  sockets.on("connection", (socket, { method = "", url = "", headers }) => {
    arrived.push({ method, url, headers });
    socket.send(JSON.stringify({ type: "welcome" }));
    socket.on("message", (message: Buffer) => socket.send(message.toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    arrived,
    stop: async () => {
      sockets.close();
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
