import { KubeConfig } from "@kubernetes/client-node";
import https from "node:https";

/** Any Kubernetes object, as the API server sends it. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    generation?: number;
    resourceVersion?: string;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    deletionGracePeriodSeconds?: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
    ownerReferences?: OwnerReference[];
  };
  // Each reader names the fields it relies on.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  [field: string]: any;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** An error response of the API server. */
export class KubeError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.name = "KubeError";
    this.code = code;
  }
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type PatchKind = "merge-patch+json" | "strategic-merge-patch+json" | "apply-patch+yaml" | "json-patch+json";

export interface KubeClient {
  readonly config: KubeConfig;
  request(method: Method, path: string, body?: unknown, contentType?: string): Promise<KubeObject>;
  patch(path: string, body: unknown, kind?: PatchKind): Promise<KubeObject>;
  close(): void;
}

const timeoutMs = 30_000;

/** A JSON client of the API server that does not convert objects; certificates come from a kubeconfig. */
export async function createKubeClient(kubeconfig: string): Promise<KubeClient> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const server = config.getCurrentCluster()!.server;
  const options: https.RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const agent = new https.Agent({
    ca: options.ca,
    cert: options.cert,
    key: options.key,
    keepAlive: true,
    maxSockets: 32,
  });
  const request: KubeClient["request"] = (method, path, body, contentType = "application/json") =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      // Node.js sends the body of a DELETE correctly only with a Content-Length.
      const headers = text ? { "content-type": contentType, "content-length": Buffer.byteLength(text) } : {};
      const call = https.request(new URL(path, server), { method, agent, headers, timeout: timeoutMs }, (response) => {
        let answer = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (answer += part));
        response.on("error", reject);
        response.on("end", () => {
          const code = response.statusCode ?? 0;
          const json = parse(answer);
          if (code < 300) resolve(json as KubeObject);
          else
            reject(
              new KubeError(
                code,
                (json as { message?: string } | undefined)?.message ?? `${method} ${path}: ${code} ${answer}`,
              ),
            );
        });
      });
      call.on("timeout", () => call.destroy(new Error(`${method} ${path}: no response within ${timeoutMs / 1000} s`)));
      call.on("error", reject);
      call.end(text);
    });
  return {
    config,
    request,
    patch: (path, body, kind = "merge-patch+json") => request("PATCH", path, body, `application/${kind}`),
    close: () => agent.destroy(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // /readyz answers in plain text.
  }
}
