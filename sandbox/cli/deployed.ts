import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Listens for the end of a deployment, runs `prepare`, and responds when `prepare` has finished. */
export async function listenForDeployments(prepare: () => Promise<void>) {
  const server = createServer((_, response) => {
    prepare().then(
      () => response.writeHead(204).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop(): void {
      server.closeAllConnections();
      server.close();
    },
  };
}
