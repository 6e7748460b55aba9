import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Ports {
  readonly apiserver: number;
  readonly etcd: number;
  readonly etcdPeer: number;
  /** The kubelet stand-in's port, for `kubectl logs` and `exec`. */
  readonly kubelet: number;
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(server));
  });
}

const close = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));

/**
 * Below the ephemeral port range. Otherwise a client that retries while a server is down could be assigned the server's
 * port for its own connection and block the restart.
 */
const range = { first: 20_000, last: 32_767 } as const;
const attempts = 200;

async function listenSomewhere(): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listen(randomInt(range.first, range.last + 1));
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

/** Free ports. All are held until the last is found, so that they differ. */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(Array.from({ length: 4 }, listenSomewhere));
  const [apiserver, etcd, etcdPeer, kubelet] = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map(close));
  return { apiserver: apiserver!, etcd: etcd!, etcdPeer: etcdPeer!, kubelet: kubelet! };
}

/** A free port. */
export async function freePort(): Promise<number> {
  const server = await listenSomewhere();
  const { port } = server.address() as { port: number };
  await close(server);
  return port;
}

/** Whether the port is free on the loopback. */
async function isFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}

/** Waits up to 2 s for a free port, because a killed process's sockets may close later than the process. */
export async function becomesFree(port: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < 2000; waitedMs += 100) {
    if (await isFree(port)) return true;
    await sleep(100);
  }
  return false;
}
