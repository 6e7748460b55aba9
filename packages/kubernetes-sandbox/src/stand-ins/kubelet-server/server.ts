import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { ClusterPaths } from "../../folder.ts";
import { effectiveEnvironment } from "../kubelet/environment.ts";
import type { Container, Pod } from "../kubelet/pod.ts";
import type { ContainerStatus } from "../kubelet/status.ts";
import type { Lookup } from "../world.ts";
import { execProtocol, joinExec } from "./exec.ts";
import { containerLog, logOptions, startsOf } from "./logs.ts";

export interface KubeletServer {
  world: Lookup;
  paths: ClusterPaths;
  journal: string;
  port: number;
}

/** An error response. */
class Refused extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

interface Found {
  pod: Pod;
  container: Container;
  state: ContainerStatus["state"];
}

/**
 * The kubelet API behind `kubectl logs` and `exec`: one server for all nodes, on the loopback, for clients with a
 * certificate of the cluster.
 */
export async function serveKubelet({ world, paths, journal, port }: KubeletServer): Promise<void> {
  const find = (namespace: string, name: string, containerName: string): Found => {
    const pod = world.get("Pod", namespace, name) as Pod | undefined;
    const all = [...(pod?.spec.initContainers ?? []), ...(pod?.spec.containers ?? [])];
    const container = all.find((each) => each.name === containerName);
    if (pod === undefined || container === undefined)
      throw new Refused(404, `container ${containerName} of pod ${namespace}/${name} does not exist`);
    const { initContainerStatuses = [], containerStatuses = [] } = (pod.status ?? {}) as Record<
      string,
      ContainerStatus[]
    >;
    const status = [...initContainerStatuses, ...containerStatuses].find((each) => each.name === containerName);
    return { pod, container, state: status?.state ?? {} };
  };

  const logs = (asked: URL, [namespace = "", name = "", container = ""]: readonly string[]): string => {
    const { state } = find(namespace, name, container);
    const reason = state.waiting?.reason ?? "ContainerCreating";
    if (state.running === undefined && state.terminated === undefined && reason !== "CrashLoopBackOff")
      throw new Refused(400, `container "${container}" in pod "${name}" is waiting to start: ${reason}`);
    return containerLog(startsOf(journal, namespace, name, container), logOptions(asked.searchParams, new Date()));
  };

  const environmentOf = ([namespace = "", name = "", containerName = ""]: readonly string[]): Record<
    string,
    string
  > => {
    const { pod, container, state } = find(namespace, name, containerName);
    if (state.running === undefined) throw new Refused(500, `container not found ("${containerName}")`);
    return effectiveEnvironment(pod, container, world);
  };

  const key = readFileSync(paths.key("apiserver"));
  const cert = readFileSync(paths.certificate("apiserver"));
  const ca = readFileSync(paths.certificate("ca"));
  const server = createServer({ key, cert, ca, requestCert: true, rejectUnauthorized: true });

  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    try {
      const { asked, verb, words } = parse(request);
      if (verb !== "containerLogs") throw new Refused(404, "the sandbox supports only logs and exec");
      response.writeHead(200, { "content-type": "text/plain" }).end(logs(asked, words));
    } catch (error) {
      const { code, message } = refusal(error);
      response.writeHead(code, { "content-type": "text/plain" }).end(message);
    }
  });

  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has(execProtocol) ? execProtocol : false),
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    try {
      const { asked, verb, words } = parse(request);
      if (verb !== "exec") throw new Refused(404, "the sandbox supports only logs and exec");
      if (request.headers.upgrade?.toLowerCase() !== "websocket")
        throw new Refused(400, "the sandbox supports exec over WebSocket only. Use kubectl 1.31 or newer");
      const environment = environmentOf(words);
      const command = {
        words: asked.searchParams.getAll("command"),
        environment,
        insideFile: paths.inside,
        terminal: asked.searchParams.get("tty") === "1",
      };
      sockets.handleUpgrade(request, socket, head, (joined) => joinExec(joined, command));
    } catch (error) {
      const { code, message } = refusal(error);
      const head = [`HTTP/1.1 ${code} Refused`, "Connection: close", `Content-Length: ${Buffer.byteLength(message)}`];
      socket.end(`${head.join("\r\n")}\r\nContent-Type: text/plain\r\n\r\n${message}`);
    }
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

/** `/exec/NAMESPACE/POD/CONTAINER?command=...`. */
function parse({ url = "/" }: IncomingMessage): { asked: URL; verb: string; words: readonly string[] } {
  const asked = new URL(url, "https://kubelet");
  const [verb = "", ...words] = asked.pathname.split("/").slice(1).map(decodeURIComponent);
  return { asked, verb, words };
}

function refusal(error: unknown): { code: number; message: string } {
  if (error instanceof Refused) return error;
  console.error("kubelet:", error);
  return { code: 500, message: "the kubelet stand-in failed; see logs/stand-ins.log" };
}
