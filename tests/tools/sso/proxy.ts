import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { setTimeout as sleep } from "node:timers/promises";
import { proxyMetricsPort, proxyPort } from "../../../components/kubernetes/sso/flags.ts";
import { pages, pagesFolder } from "../../../components/kubernetes/sso/pages.ts";
import { proxyPod } from "../../../components/kubernetes/sso/pod.ts";
import { buildOauth2Proxy, progressPrinter } from "kubernetes-sandbox/tools";
import { sso, type SsoConfig } from "../../../config/schema/kubernetes/sso.ts";
import { ask } from "./asking.ts";
import { toolCache } from "../../../preview/tool-cache.ts";
import { defaultPods } from "../../helpers/default-pods.ts";

export const publicUrl = "https://chat.newjoy.ro";

export const secrets = {
  "client-id": "chatwoot",
  "client-secret": "planted-client-secret",
  "cookie-secret": "plantedCookieSecret0123456789abc",
};

export interface ProxyArgs {
  /** Settings as in a stack file, without the issuer. */
  config?: Partial<SsoConfig>;
  issuer: string;
  upstreamPort: number;
  secrets?: Partial<typeof secrets>;
  /** Appended to the pod's own flags. */
  moreFlags?: readonly string[];
}

/** The container as the cluster would start it, on free ports of this machine. */
function containerOf(args: ProxyArgs, ports: { http: number; metrics: number }) {
  // The schema accepts only https.
  const config = { ...sso.parse({ issuer: "https://id.newjoy.ro", ...args.config }), issuer: args.issuer };
  const upstream = { name: "127.0.0.1", port: args.upstreamPort };
  const pod = proxyPod({
    url: publicUrl,
    sso: config,
    upstream,
    labels: {},
    pods: defaultPods,
    image: "oauth2-proxy:v1.0.0",
    clientSecret: "s",
    cookieSecret: "s",
    pages: "p",
  });
  const container = (pod.containers as { args: string[]; env: EnvVar[]; readinessProbe: Probe }[])[0]!;
  const flags = container.args
    .map((flag) => flag.replace(pagesFolder, pagesHere))
    .map((flag) => flag.replace(`--http-address=0.0.0.0:${proxyPort}`, `--http-address=127.0.0.1:${ports.http}`))
    .map((flag) =>
      flag.replace(`--metrics-address=0.0.0.0:${proxyMetricsPort}`, `--metrics-address=127.0.0.1:${ports.metrics}`),
    );
  const values: Record<string, string> = { ...secrets, ...args.secrets };
  const env = container.env.map(({ name, value, valueFrom }) => [name, value ?? values[valueFrom!.secretKeyRef.key]]);
  return {
    flags: [...flags, ...(args.moreFlags ?? [])],
    env: Object.fromEntries(env) as Record<string, string>,
    readyPath: container.readinessProbe.httpGet.path,
  };
}
interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { key: string } };
}
interface Probe {
  httpGet: { path: string };
}

export interface Proxy {
  port: number;
  metricsPort: number;
  log: () => string;
  stop: () => Promise<void>;
}

/** Started and ready, or the error of its last lines. */
export async function startProxy(args: ProxyArgs): Promise<Proxy> {
  const ports = { http: await freePort(), metrics: await freePort() };
  const { flags, env, readyPath } = containerOf(args, ports);
  const child = spawn(await program(), flags, { env, stdio: ["ignore", "pipe", "pipe"] });
  const log = collect(child);
  const end = once(child, "exit");
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await end;
    }
    running.delete(stop);
  };
  running.add(stop);
  const until = Date.now() + 30_000;
  while (child.exitCode === null && Date.now() < until) {
    const answer = await ask(ports.http, `GET ${readyPath}`).catch(() => undefined);
    if (answer?.status === 200) return { port: ports.http, metricsPort: ports.metrics, log, stop };
    await sleep(20);
  }
  await stop();
  throw new Error(`oauth2-proxy ended with ${child.exitCode}:\n${log().split("\n").slice(-8).join("\n")}`);
}

/** Whether the proxy accepts its flags and secrets, and its output. Contacts no issuer. */
export async function tryConfig(args: ProxyArgs): Promise<{ accepted: boolean; log: string }> {
  const { flags, env } = containerOf(args, { http: proxyPort, metrics: proxyMetricsPort });
  const child = spawn(await program(), [...flags, "--config-test"], { env, stdio: ["ignore", "pipe", "pipe"] });
  const log = collect(child);
  const [code] = (await once(child, "close")) as [number | null];
  return { accepted: code === 0, log: log() };
}

/** The ConfigMap's files in a folder of this machine. */
const pagesHere = mkdtempSync(join(tmpdir(), "sso-pages-"));
for (const [name, text] of Object.entries(pages)) writeFileSync(join(pagesHere, name), text);
const running = new Set<() => Promise<void>>();
// Also if a test failed before it stopped its proxy.
afterAll(async () => {
  await Promise.all([...running].map((stop) => stop()));
  rmSync(pagesHere, { recursive: true, force: true });
});

/** A cold build takes two minutes; the tests of a file share it. */
function program(): Promise<string> {
  return buildOauth2Proxy(toolCache, progressPrinter(process.stderr));
}

function collect(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (text += String(data)));
  return () => text;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
