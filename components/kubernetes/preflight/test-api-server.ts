import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, vi } from "vitest";
import type { KubernetesConfig } from "../../../config/schema.ts";
import { parseConfig } from "../../../stacks/parse.ts";
import { rawConfig } from "../../../tests/helpers/stack-files.ts";
import { preflight } from "./preflight.ts";
import type { Change } from "./test-world.ts";

export type Answer = object | number | { raw: string } | "reset";

/** The API server's answers by path. A list is answered one by one, the last answer repeatedly. */
export type World = Record<string, Answer | Answer[]>;

export const kinds = (...names: string[]) => ({ resources: names.map((name) => ({ name })) });
export const objects = (...names: string[]) => ({ items: names.map((name) => ({ metadata: { name } })) });

/** A cluster with everything that the prod stack needs. */
export const whole: World = {
  "/version": { major: "1", minor: "36+" },
  "/apis/postgresql.cnpg.io/v1": kinds("clusters", "clusters/status", "databases", "scheduledbackups"),
  "/apis/barmancloud.cnpg.io/v1": kinds("objectstores"),
  "/apis/cert-manager.io/v1": kinds("certificates", "clusterissuers"),
  "/apis/cert-manager.io/v1/clusterissuers": objects("letsencrypt"),
  "/apis/storage.k8s.io/v1/storageclasses": objects("local-ssd", "longhorn-ssd"),
  "/apis/networking.k8s.io/v1/ingressclasses": objects("nginx"),
  "/api/v1/namespaces/chatwoot": { metadata: { name: "chatwoot" } },
};

/** An API server for the tests of a file. */
export interface TestApiServer {
  /** What it answers. A complete cluster at the beginning of each test. */
  world: World;
  /** Denied rights, `resource.group`. */
  denied: string[];
  /** Requests of this test, as `GET /version`. */
  asked: string[];
  folder: string;
  kubeconfig: string;
  /** How often a path was read. */
  count: (path: string) => number;
  /** What the preflight of the prod stack reports; `nothing` if it passes. */
  errorOf: (change?: Change, env?: NodeJS.ProcessEnv) => Promise<string>;
}

/** Starts it before the tests of a file, and stops it after them. */
export function useApiServer(): TestApiServer {
  let server: Server;
  const api: TestApiServer = {
    ...{ world: {}, denied: [], asked: [], folder: "", kubeconfig: "" },
    count: (path) => api.asked.filter((line) => line === `GET ${path}`).length,
    errorOf: async (change = () => {}, env = { KUBECONFIG: api.kubeconfig }) => {
      const settings = parseConfig(rawConfig("prod", change)).settings as KubernetesConfig;
      try {
        await preflight(settings, env);
        return "nothing";
      } catch (error) {
        return (error as Error).message;
      }
    },
  };
  beforeAll(async () => {
    // Retries wait for nothing here.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync");
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (part) => (text += String(part)));
      request.on("end", () => {
        const path = request.url ?? "";
        api.asked.push(`${request.method} ${path}`);
        if (path === "/hang") return;
        const planned = api.world[path] ?? 404;
        let answer = Array.isArray(planned) ? planned[Math.min(api.count(path), planned.length) - 1]! : planned;
        if (path.endsWith("/selfsubjectaccessreviews") && !(path in api.world)) {
          const { resource, group } = JSON.parse(text).spec.resourceAttributes as Record<string, string>;
          answer = { status: { allowed: !api.denied.includes([resource, group].filter(Boolean).join(".")) } };
        }
        if (answer === "reset") return void request.socket.resetAndDestroy();
        if (typeof answer === "object" && "raw" in answer) return void response.end(answer.raw);
        response.statusCode = typeof answer === "number" ? answer : 200;
        response.setHeader("content-type", "application/json");
        response.end(
          JSON.stringify(typeof answer === "number" ? { kind: "Status", code: answer } : { kind: "Any", ...answer }),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    api.folder = mkdtempSync(join(tmpdir(), "chatwoot-preflight-"));
    api.kubeconfig = join(api.folder, "config");
    writeKubeconfig(api.kubeconfig, "newjoy", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterAll(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    server.close();
    rmSync(api.folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    Object.assign(api, { world: { ...whole }, denied: [], asked: [] });
    vi.stubGlobal("fetch", () => Promise.reject(new Error("unreachable")));
  });
  return api;
}

export function writeKubeconfig(path: string, context: string, address: string): void {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "one", cluster: { server: address } }],
    users: [{ name: "me", user: { token: "planted-token" } }],
    contexts: [{ name: context, context: { cluster: "one", user: "me" } }],
  };
  writeFileSync(path, JSON.stringify(config));
}

export const backupFrom =
  (source: object): Change =>
  ({ settings, secrets }) => {
    settings["kubernetes"].postgres.backup.credentials = source;
    delete secrets["backupAccessKeyId"];
    delete secrets["backupSecretAccessKey"];
  };
export const gatewayOf =
  (gateway: object): Change =>
  ({ settings }) =>
    (settings["kubernetes"].ingress = {
      mode: "gateway",
      gateway: { name: "public", namespace: "gateways", ...gateway },
    });
export const gateways = (listener: object): World => ({
  "/apis/gateway.networking.k8s.io/v1": kinds("gateways", "httproutes"),
  "/apis/gateway.networking.k8s.io/v1/namespaces/gateways/gateways": {
    items: [{ metadata: { name: "public" }, spec: { listeners: [{ name: "https", ...listener }] } }],
  },
});
export const fromAll = { allowedRoutes: { namespaces: { from: "All" } } };
export const existing = "/api/v1/namespaces/chatwoot/secrets/b2";
export const data = (keys: string[]) => ({ data: Object.fromEntries(keys.map((key) => [key, "cGxhbnRlZA=="])) });
