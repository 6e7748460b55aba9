import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAuthority } from "./certificates.ts";
import { startFaultProxy, type Fault, type FaultProxy, type ProxiedRequest } from "./fault-proxy.ts";
import { createKubeClient, type KubeClient } from "./kube-client.ts";

/* An API server of two answers: an object, and a watch that never ends. */

const folder = mkdtempSync(join(tmpdir(), "fault-proxy-"));
let upstream: https.Server;
let proxy: FaultProxy;
let client: KubeClient;
let next: Fault | undefined;
let asked: ProxiedRequest[] = [];
let reached: string[] = [];

beforeAll(async () => {
  const authority = await createAuthority("ca");
  const names = [{ type: "ip" as const, value: "127.0.0.1" }];
  const { key, certificate: cert } = await authority.sign({
    subject: [{ CN: ["api"] }],
    usages: ["serverAuth"],
    names,
  });
  upstream = https.createServer({ key, cert }, (request, response) => {
    reached.push(`${request.method} ${request.url}`);
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "application/json" });
      if (request.url!.includes("watch")) response.write('{"type":"ADDED"}\n');
      else response.end('{"metadata":{"name":"real"}}');
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const config = new KubeConfig();
  const server = `https://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  config.loadFromClusterAndUser(
    { name: "c", server, caData: Buffer.from(authority.ca.certificate).toString("base64"), skipTLSVerify: false },
    { name: "u" },
  );
  writeFileSync(join(folder, "real"), config.exportConfig());
  proxy = await startFaultProxy(join(folder, "real"), (request) => {
    asked.push(request);
    return next;
  });
  writeFileSync(join(folder, "proxied"), proxy.kubeconfig);
  client = await createKubeClient(join(folder, "proxied"));
});
afterAll(async () => {
  client.close();
  await proxy.close();
  upstream.closeAllConnections();
  upstream.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  [next, asked, reached] = [undefined, [], []];
});

const send = () => client.request("POST", "/api/v1/namespaces", { planted: true });

test("passes requests on, with their bodies", async () => {
  expect((await send()).metadata.name).toBe("real");
  expect(asked).toEqual([
    { method: "POST", path: "/api/v1/namespaces", body: '{"planted":true}', isWrite: true, isWatch: false },
  ]);
});

test.each<[string, Fault, problem: RegExp, acted: boolean]>([
  ["answers with a status", { kind: "status", code: 409 }, /planted fault: Conflict/, false],
  ["cuts before the API server acts", { kind: "cut", when: "before" }, /socket hang up|ECONNRESET/, false],
  ["cuts after it acted", { kind: "cut", when: "after" }, /socket hang up|ECONNRESET/, true],
])("%s", async (_, fault, problem, acted) => {
  next = fault;
  await expect(send()).rejects.toThrow(problem);
  expect(reached.length > 0).toBe(acted);
});

test("stalls, then passes on", async () => {
  next = { kind: "stall", ms: 200 };
  const start = performance.now();
  await send();
  expect(performance.now() - start).toBeGreaterThan(190);
});

test.each([
  ["GET", "/api/v1/pods", false, false],
  ["PATCH", "/api/v1/pods/a?dryRun=All", false, false],
  ["POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", false, false],
  ["DELETE", "/api/v1/pods/a", true, false],
] as const)("%s %s: a write %s", async (method, path, isWrite, isWatch) => {
  await client.request(method, path);
  expect(asked).toMatchObject([{ isWrite, isWatch }]);
});

/** The first data of a watch, and whether it ended within a second. */
function watch(): Promise<{ first: string; ended: boolean }> {
  const { server, caData } = client.config.getCurrentCluster()!;
  return new Promise((resolve, reject) => {
    const options = { ca: Buffer.from(caData!, "base64") };
    const request = https.get(new URL("/api/v1/pods?watch=true", server), options, (response) => {
      let first = "";
      const end = (ended: boolean) => {
        clearTimeout(limit);
        resolve({ first, ended });
        request.destroy();
      };
      const limit = setTimeout(() => end(false), 1000);
      response.on("data", (data: Buffer) => (first += data.toString()));
      response.on("error", () => end(true));
    });
    request.on("error", reject);
  });
}

test.each([
  [undefined, false],
  [{ kind: "cut", when: "during" } as const, true],
])("passes a watch on as it comes; %j cuts it", async (fault, ended) => {
  next = fault;
  expect(await watch()).toEqual({ first: '{"type":"ADDED"}\n', ended });
  expect(asked).toMatchObject([{ isWatch: true }]);
});

test("ends a watch with the API server", async () => {
  setTimeout(() => upstream.closeAllConnections(), 200);
  expect((await watch()).ended).toBe(true);
});
