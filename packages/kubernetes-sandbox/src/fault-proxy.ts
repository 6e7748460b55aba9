import type http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { createAuthority } from "./certificates.ts";

/** What the proxy does instead of passing a request on. */
export type Fault =
  /** Answers with this status, and does not ask the API server. */
  | { kind: "status"; code: number }
  /** Cuts the connection before or after the API server has acted, or soon after the answer begins, as for a watch. */
  | { kind: "cut"; when: "before" | "after" | "during" }
  /** Passes the request on after a while. */
  | { kind: "stall"; ms: number };

export interface ProxiedRequest {
  method: string;
  /** Without the query. */
  path: string;
  body: string;
  /** Whether it changes an object: no read, no dry run, no review. */
  isWrite: boolean;
  isWatch: boolean;
}

/** Decides about each request, in order of arrival; undefined passes it on. */
export type Decide = (request: ProxiedRequest) => Fault | undefined;

export interface FaultProxy {
  /** A kubeconfig for the proxy, with the context of the original. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

/** Long enough for the first events of a watch. */
const cutAfterMs = 200;

const reasons: Record<number, string> = {
  403: "Forbidden",
  409: "Conflict",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
};

/** A TLS proxy before the API server of a kubeconfig, which plays faults. It asks as the kubeconfig's user. */
export async function startFaultProxy(kubeconfig: string, decide: Decide): Promise<FaultProxy> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const upstream = config.getCurrentCluster()!;
  const identity: https.RequestOptions = {};
  await config.applyToHTTPSOptions(identity);
  const { ca, cert, key } = identity;
  const agent = new https.Agent({ ca, cert, key, keepAlive: true });

  const authority = await createAuthority("fault-proxy-ca");
  const names = [{ type: "ip" as const, value: "127.0.0.1" }];
  const own = await authority.sign({ subject: [{ CN: ["fault-proxy"] }], usages: ["serverAuth"], names });
  const server = https.createServer({ key: own.key, cert: own.certificate }, (request, response) => {
    void answer(request, response).catch(() => request.socket.destroy());
  });
  const sockets = new Set<Duplex>();
  server.on("connection", (socket) => sockets.add(socket.once("close", () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const fault = decide(read(request, body.toString()));
    if (fault?.kind === "status") return refuse(response, fault.code);
    if (fault?.kind === "cut" && fault.when === "before") return void request.socket.destroy();
    if (fault?.kind === "stall") await sleep(fault.ms);
    const passed = await pass(request, body);
    if (fault?.kind === "cut" && fault.when === "after") {
      for await (const _ of passed);
      return void request.socket.destroy();
    }
    response.writeHead(passed.statusCode ?? 502, passed.headers);
    response.on("close", () => passed.destroy());
    // An API server that ends takes its watches with it.
    passed.on("error", () => request.socket.destroy());
    passed.pipe(response);
    if (fault?.kind === "cut") {
      await sleep(cutAfterMs);
      request.socket.destroy();
    }
  }

  function pass({ method, url = "/", headers }: http.IncomingMessage, body: Buffer) {
    return new Promise<http.IncomingMessage>((resolve, reject) => {
      const target = new URL(url, upstream.server);
      const options = { method, agent, headers: { ...headers, host: target.host } };
      https.request(target, options, resolve).on("error", reject).end(body);
    });
  }

  const { port } = server.address() as AddressInfo;
  config.clusters = config.clusters.map((each) =>
    each === upstream
      ? {
          ...each,
          server: `https://127.0.0.1:${port}`,
          caData: Buffer.from(authority.ca.certificate).toString("base64"),
        }
      : each,
  );
  return {
    kubeconfig: config.exportConfig(),
    async close() {
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function read({ method = "GET", url = "/" }: http.IncomingMessage, body: string): ProxiedRequest {
  const { pathname: path, searchParams: query } = new URL(url, "https://proxy");
  const isReview = path.startsWith("/apis/authorization.k8s.io/") || path.startsWith("/apis/authentication.k8s.io/");
  const isWrite = method !== "GET" && method !== "HEAD" && !query.has("dryRun") && !isReview;
  return { method, path, body, isWrite, isWatch: ["1", "true"].includes(query.get("watch") ?? "") };
}

function refuse(response: http.ServerResponse, code: number): void {
  const reason = reasons[code] ?? "Unknown";
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", reason, code };
  response.writeHead(code, { "content-type": "application/json", ...(code === 429 && { "retry-after": "1" }) });
  response.end(JSON.stringify({ ...status, message: `planted fault: ${reason}` }));
}
