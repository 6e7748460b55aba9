import { createServer, type Server } from "node:net";

export interface Ports {
  readonly apiserver: number;
  readonly etcd: number;
  readonly etcdPeer: number;
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(server));
  });
}

const close = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));

/** Three ports that nobody listens on. All are held until the last is found, so that they differ. */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all([listen(0), listen(0), listen(0)]);
  const [apiserver, etcd, etcdPeer] = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map(close));
  return { apiserver: apiserver!, etcd: etcd!, etcdPeer: etcdPeer! };
}

/** Whether this machine's loopback still has the port to give. */
export async function isFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}
