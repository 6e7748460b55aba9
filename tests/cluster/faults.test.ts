import type { Fault } from "kubernetes-sandbox";
import { collectionPath, type KubeObject } from "kubernetes-sandbox/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exhaustive } from "../helpers/exhaustive.ts";
import { openSandbox, type Overlay, type Sandbox } from "../sandbox/support.ts";
import { refusalText, whileRefused } from "./refusing-policy.ts";
import { openCampaign, type Campaign, type Plan } from "./campaign.ts";
import { cut, everyWrite, kinds, laterImage, newImage, newKey, stall, status } from "./faults.ts";
import { cordon, drain, restartApiServer } from "./disturbances.ts";

/*
 * Faults between the deployment and the API server. The same `up` again converges: nothing is there twice or orphaned, no
 * key has changed, no secret was printed. A sample plays a few; an exhaustive run every kind at every write.
 */

/** Each fault once, at the first write that its pattern matches. */
function each(...faults: [pattern: RegExp, fault: Fault][]): Plan {
  const left = [...faults];
  return (object, { method }) => {
    const at = left.findIndex(([pattern]) => pattern.test(`${method} ${object}`));
    return at === -1 ? undefined : left.splice(at, 1)[0]![1];
  };
}
/** Passes every request on. At the first write that matches, `work` begins; `end` waits for it. */
function during<T>(pattern: RegExp, work: () => Promise<T>): { plan: Plan; end: () => Promise<T> } {
  let begun: Promise<T> | undefined;
  const plan: Plan = (object, { method, isWrite }) => {
    if (isWrite && pattern.test(`${method} ${object}`)) begun ??= work();
    return undefined;
  };
  return {
    plan,
    async end() {
      if (begun === undefined) throw new Error(`no write was ${pattern}`);
      return begun;
    },
  };
}

/** A namespace of the shared cluster, or a separate cluster, behind the proxy, for the tests of one `describe`. */
function campaign({ sharedCluster = true } = {}): () => Campaign {
  let sandbox: Sandbox | undefined;
  let opened: Campaign | undefined;
  beforeAll(async () => {
    sandbox = openSandbox({ sharedCluster });
    await sandbox.runHere("preview", "prod");
    opened = await openCampaign(sandbox);
  });
  afterAll(async () => {
    await opened?.close();
    await sandbox?.dispose();
  });
  return () => opened!;
}

describe("some faults", () => {
  const get = campaign();

  test("in a first up", async () => {
    const plan = each(
      [/secrets\/chatwoot-redis$/, status(429)],
      [/networkpolicies\//, stall],
      [/networkpolicies\//, status(500)],
      [/networkpolicies\//, status(403)],
      [/secrets\/chatwoot-secrets$/, cut("after")],
      [/statefulsets\//, cut("before")],
      [/services\//, status(409)],
      [/deployments\/chatwoot-web$/, status(503)],
    );
    const { played, runs } = await get().converge(plan);
    expect(played).toHaveLength(8);
    // Which of them meet in one run depends on which write comes first; each fault can end one run at most.
    expect(runs).toBeLessThanOrEqual(played.length + 1);
    await get().expectSound();
  });

  test("in an update, while every pod is evicted", async () => {
    const fault = each([/^PATCH jobs\//, cut("after")]);
    const evicted = during(/^PATCH deployments\//, () => drain(get().kube));
    const plan: Plan = (...request) => evicted.plan(...request) ?? fault(...request);
    const { played, runs } = await get().converge(plan, { overlay: newImage });
    expect([played.length, runs]).toEqual([1, 2]);
    expect(await evicted.end()).toEqual(expect.arrayContaining([expect.stringMatching(/^chatwoot-web-/)]));
    await get().expectSound({ overlay: newImage });
    expect((await get().kube.list("Job")).map(({ status }) => status.succeeded)).toEqual([1]);
  });
});

const limit = 1_800_000;

describe.runIf(exhaustive).each(kinds)("%s at every write", (_, fault) => {
  const get = campaign();

  test("of a first up, then of an update", { timeout: limit }, async () => {
    for (const overlay of [{}, newImage]) {
      const { played, runs } = await get().converge(everyWrite(fault), { overlay }, 60);
      console.error(`${played.length} faults, ${runs} runs`);
      expect(played.length).toBeGreaterThan(overlay === newImage ? 4 : 40);
      await get().expectSound({ overlay });
    }
  });
});

describe.runIf(exhaustive)("other faults", () => {
  const get = campaign();

  /** A change of objects of each kind; the first is the first deployment. */
  const refused: [kind: string, overlay: Overlay][] = [
    ["networkpolicies", {}],
    ["secrets", newKey({}, "planted-clearbit-key")],
    ["statefulsets", { config: { "chatwoot:kubernetes": { redis: { memoryMb: 768 } } } }],
    ["jobs", newImage],
  ];
  test.each(refused)("an admission policy that refuses %s", async (kind, overlay) => {
    const { client, namespace } = get().kube;
    const run = async () => expect(await get().fails({ overlay })).toContain(refusalText);
    // The run takes longer to its first write than the API server to read a policy.
    const probe = () => Promise.resolve(refusalText);
    await whileRefused(client, { namespace, resource: kind, probe }, run);
    await get().converge(() => undefined, { overlay });
    await get().expectSound({ overlay });
  });

  test("watches that are cut as soon as they open", async () => {
    const { played, runs } = await get().converge((_, { isWatch }) => (isWatch ? cut("during") : undefined), {
      overlay: laterImage,
    });
    expect(runs).toBe(1);
    expect(played.length).toBeGreaterThan(3);
    await get().expectSound({ overlay: laterImage });
  });
});

const kills: [NodeJS.Signals, number][] = [
  ...[1, 4, 8, 12, 16, 21, 26, 31, 36, 41].map((count): [NodeJS.Signals, number] => ["SIGKILL", count]),
  ["SIGINT", 9],
  ["SIGINT", 27],
  ["SIGTERM", 18],
];
describe.runIf(exhaustive).each(kills)("%s at write %i of a first up", (signal, count) => {
  const get = campaign();

  test("then at writes of the next one, and of an update", { timeout: limit }, async () => {
    await get().kill(count, signal);
    await get().kill(4, signal);
    await get().converge(() => undefined);
    await get().clearPending();
    await get().expectSound();
    for (const write of [1, 2, 3]) await get().kill(write, signal, { overlay: newImage });
    await get().converge(() => undefined, { overlay: newImage });
    await get().clearPending();
    await get().expectSound({ overlay: newImage });
  });
});

describe.runIf(exhaustive)("the cluster itself", () => {
  const get = campaign({ sharedCluster: false });

  const restarts: [name: string, write: RegExp, overlay: Overlay][] = [
    ["at a Secret of a first up", /^PATCH secrets\/chatwoot-redis$/, {}],
    ["while the preparation of an update runs", /^PATCH jobs\//, newImage],
    ["while an update rolls out", /^PATCH deployments\/chatwoot-web$/, newKey(newImage, "planted-first-key")],
  ];
  test.each(restarts)("the API server restarts %s", { timeout: limit }, async (_, write, overlay) => {
    const restarted = during(write, () => restartApiServer(get().clusterFolder, 10_000));
    await get().converge(restarted.plan, { overlay });
    await restarted.end();
    await get().expectSound({ overlay });
  });

  test.each<[string, RegExp, Overlay]>([
    ["the preparation runs", /^PATCH jobs\//, newKey(laterImage, "planted-first-key")],
    ["web is rolled out", /^PATCH deployments\/chatwoot-web$/, newKey(laterImage, "planted-second-key")],
  ])("each node is drained while %s, then between deployments", { timeout: limit }, async (_, write, overlay) => {
    const { kube } = get();
    const nodes = (await kube.client.request("GET", collectionPath("Node"))).items as KubeObject[];
    const drainAll = async () => {
      for (const { metadata } of nodes) {
        await drain(kube, metadata.name);
        await cordon(kube, metadata.name, false);
      }
    };
    const drained = during(write, drainAll);
    await get().converge(drained.plan, { overlay });
    await drained.end();
    await get().expectSound({ overlay });
    await drainAll();
    await get().expectSound({ overlay });
  });
});
