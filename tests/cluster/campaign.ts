import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startFaultProxy, type Fault, type ProxiedRequest } from "kubernetes-sandbox";
import { expect, vi } from "vitest";
import { kubeconfigVariable } from "../../sandbox/cli/prepare.ts";
import { openKube } from "../sandbox/cluster.ts";
import type { CliRun, RunOptions, Sandbox } from "../sandbox/support.ts";

/** The Secrets whose values must never change once they are written. */
const rootSecrets = ["chatwoot-secrets", "chatwoot-db-app", "chatwoot-redis"];
/** Shorter values occur by chance. */
const shortestSecret = 12;

/** The copies of settings and secrets that pods read: those of the last two releases are kept, the older one outside the state. */
const copy = /-[0-9a-f]{10}$/;
const copiesKept = 2;

/** A fault for the first request that writes an object, or for a watch, by its name in the API: `deployments/chatwoot-web`. */
export type Plan = (object: string, request: ProxiedRequest) => Fault | undefined;

const up = ["up", "--stack", "prod"];
const decode = (value: unknown): string => Buffer.from(String(value), "base64").toString();

type Run = Pick<CliRun, "output" | "changes">;

/** What deploys prod: the embedded engine in this process, or the original. */
export interface CampaignEngine {
  /** Throws an error with the output if the run fails. */
  run(command: "preview" | "up", options: Pick<RunOptions, "overlay">): Promise<Run>;
  deployment(): Promise<{
    resources?: { urn: string; type: string; id?: string }[];
    pending_operations?: { type: string; resource: { urn: string } }[];
  }>;
}

const embedded = (sandbox: Sandbox): CampaignEngine => ({
  run: (command, { overlay }) => sandbox.runHere(command, "prod", { ...(overlay && { overlay }) }),
  deployment: () => Promise.resolve(sandbox.state("prod").deployment),
});

export type Campaign = Awaited<ReturnType<typeof openCampaign>>;

/** Deployments of prod through a proxy that plays faults, and what must hold after them. */
export async function openCampaign(sandbox: Sandbox, engine = embedded(sandbox)) {
  let plan: Plan = () => undefined;
  let played: string[] = [];
  let seen = new Set<string>();
  let writes = 0;
  const outputs: string[] = [];
  const written: Record<string, Record<string, string>> = {};

  const proxy = await startFaultProxy(join(sandbox.folders.cluster, "kubeconfig"), (request) => {
    const object = objectOf(request, sandbox.namespace);
    if (object === undefined) return undefined;
    remember(object, request);
    const key = `${request.method} ${object}`;
    if (request.isWrite) writes++;
    if (request.isWrite && seen.has(key)) return undefined;
    const fault = plan(object, request);
    if (fault === undefined) return undefined;
    seen.add(key);
    played.push(`${key}: ${fault.kind}`);
    return fault;
  });
  const kubeconfig = join(sandbox.root, "proxied-kubeconfig");
  writeFileSync(kubeconfig, proxy.kubeconfig, { mode: 0o600 });
  const env = { [kubeconfigVariable]: kubeconfig };
  vi.stubEnv(kubeconfigVariable, kubeconfig);
  const kube = await openKube(sandbox);

  /** The values of a root Secret when it was written first. */
  function remember(object: string, { body }: ProxiedRequest): void {
    const name = rootSecrets.find((each) => object === `secrets/${each}`);
    if (name === undefined || body === "" || name in written) return;
    const { data = {}, stringData = {} } = JSON.parse(body) as Record<string, Record<string, string>>;
    const decoded = Object.entries(data).map(([key, value]) => [key, decode(value)]);
    written[name] = { ...(Object.fromEntries(decoded) as Record<string, string>), ...stringData };
  }

  const secretsOf = async (): Promise<[string, Record<string, string>][]> =>
    (await kube.list("Secret")).map(({ metadata, data = {} }) => {
      const entries = Object.entries(data as Record<string, string>).map(([key, value]) => [key, decode(value)]);
      return [metadata.name, Object.fromEntries(entries) as Record<string, string>];
    });

  return {
    kube,
    clusterFolder: sandbox.folders.cluster,
    /** `up` until one succeeds, with each planned fault once. Returns the faults that were played, and the number of runs. */
    async converge(what: Plan, options: RunOptions = {}, most = 10): Promise<{ played: string[]; runs: number }> {
      [plan, played, seen] = [what, [], new Set()];
      try {
        for (let runs = 1; runs <= most; runs++) {
          const result = await engine.run("up", options).catch((error: Error) => error);
          outputs.push(result instanceof Error ? result.message : result.output);
          if (!(result instanceof Error)) return { played, runs };
        }
      } finally {
        plan = () => undefined;
      }
      throw new Error(`no success in ${most} runs; faults: ${played.join(", ")}\n${outputs.at(-1)}`);
    },

    /** Kills the run's process group when it sends the `count`th write, which the API server does not see. */
    async kill(count: number, signal: NodeJS.Signals, options: RunOptions = {}): Promise<void> {
      const running = sandbox.start(up, { env, ...options });
      writes = 0;
      plan = () => {
        if (writes !== count || running.pid === undefined) return undefined;
        process.kill(-running.pid, signal);
        return { kind: "cut", when: "before" };
      };
      const { all } = await running;
      plan = () => undefined;
      outputs.push(String(all));
      expect(writes, "the run ended before").toBeGreaterThanOrEqual(count);
    },

    /** Takes the creations of killed runs out of the state, as their warning says. */
    async clearPending(): Promise<void> {
      const { output } = await sandbox.run(["refresh", "--stack", "prod", "--clear-pending-creates"]);
      outputs.push(output);
    },

    /** A run that must fail; its output is searched for secrets too. */
    async fails(options: RunOptions = {}): Promise<string> {
      const { output } = await sandbox.runHere("up", "prod", { ...options, exit: 1 });
      outputs.push(output);
      return output;
    },

    /** Nothing is left to do, twice, missing, orphaned, printed or changed that must not change. */
    async expectSound(options: RunOptions = {}): Promise<void> {
      expect((await engine.run("preview", options)).changes).toEqual([]);
      const { resources = [], pending_operations: pending = [] } = await engine.deployment();
      expect(pending.map(({ type, resource }) => `${type} ${resource.urn}`)).toEqual([]);
      expect(resources.filter((resource) => "initErrors" in resource)).toEqual([]);
      const urns = resources.map(({ urn }) => urn);
      expect(urns).toEqual([...new Set(urns)]);

      const ids = resources
        .filter(({ type }) => type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh"))
        .flatMap(({ id }) => (id?.startsWith(`${sandbox.namespace}/`) ? [id.slice(sandbox.namespace.length + 1)] : []));
      const applied = (await kube.applied()).sort();
      expect(applied.filter((name) => !copy.test(name) || ids.includes(name))).toEqual(ids.sort());
      const copies = Map.groupBy(
        applied.filter((name) => copy.test(name)),
        (name) => name.replace(copy, ""),
      );
      for (const [name, kept] of copies) expect(kept.length, name).toBeLessThanOrEqual(copiesKept);

      const secrets = await secretsOf();
      for (const [name, values] of Object.entries(written))
        expect(Object.fromEntries(secrets)[name], name).toMatchObject(values);
      expect(Object.keys(written).sort()).toEqual([...rootSecrets].sort());

      const printed = outputs.join("\n");
      const values = secrets
        .flatMap(([, data]) => Object.values(data))
        .filter(
          (value) => value.length >= shortestSecret && !value.includes("\n") && !/^https?:|^chatwoot/.test(value),
        );
      for (const value of new Set(values)) {
        expect(printed.includes(value), "a secret was printed").toBe(false);
        expect(printed.includes(Buffer.from(value).toString("base64")), "a secret was printed").toBe(false);
      }
    },

    async close(): Promise<void> {
      vi.unstubAllEnvs();
      kube.close();
      await proxy.close();
    },
  };
}

/** `secrets/chatwoot-redis` of a write to the namespace, `secrets` of a watch; undefined for another request. */
function objectOf({ isWrite, isWatch, path, body, method }: ProxiedRequest, namespace: string): string | undefined {
  if (!isWrite && !isWatch) return undefined;
  const name = method === "POST" ? (JSON.parse(body) as { metadata?: { name?: string } }).metadata?.name : undefined;
  const full = name === undefined ? path : `${path}/${name}`;
  const [, resource] = new RegExp(`/namespaces/${namespace}/(.+)$`).exec(full) ?? [];
  return resource ?? (full.endsWith(`/namespaces/${namespace}`) ? "namespace" : undefined);
}
