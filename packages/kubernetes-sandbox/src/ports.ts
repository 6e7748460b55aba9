import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Ports {
  readonly apiserver: number;
  readonly etcd: number;
  readonly etcdPeer: number;
  /** Of the kubelet that is played, for `kubectl logs` and `exec`. */
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
 * Below the ports that systems give to outgoing connections. Clients that try again and again to reach a server that is
 * down would otherwise, sooner or later, be given its port for their own end, and keep it from coming back.
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

/** Ports that nobody listens on. All are held until the last is found, so that they differ. */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(Array.from({ length: 4 }, listenSomewhere));
  const [apiserver, etcd, etcdPeer, kubelet] = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map(close));
  return { apiserver: apiserver!, etcd: etcd!, etcdPeer: etcdPeer!, kubelet: kubelet! };
}

/** One port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = await listenSomewhere();
  const { port } = server.address() as { port: number };
  await close(server);
  return port;
}

/** Whether this machine's loopback still has the port to give. */
async function isFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}

/** The same within two seconds: a killed process with many threads counts as gone a moment before its sockets are. */
export async function becomesFree(port: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < 2000; waitedMs += 100) {
    if (await isFree(port)) return true;
    await sleep(100);
  }
  return false;
}
