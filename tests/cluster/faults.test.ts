import type { Fault } from "kubernetes-sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exhaustive } from "../helpers/exhaustive.ts";
import { openSandbox, type Overlay, type Sandbox } from "../sandbox/support.ts";
import { refusalText, whileRefused } from "./refusing-policy.ts";
import { openCampaign, type Campaign, type Plan } from "./campaign.ts";

/*
 * Faults between the deployment and the API server. The same `up` again converges: nothing is there twice or orphaned, no
 * key has changed, no secret was printed. A sample plays a few; an exhaustive run every kind at every write.
 */

const status = (code: number): Fault => ({ kind: "status", code });
const cut = (when: "before" | "after" | "during"): Fault => ({ kind: "cut", when });
const stall: Fault = { kind: "stall", ms: 1500 };

const newImage: Overlay = { config: { "chatwoot:image": "chatwoot/chatwoot:v4.17.0" } };

/** Each fault once, at the first write that its pattern matches. */
function each(...faults: [pattern: RegExp, fault: Fault][]): Plan {
  const left = [...faults];
  return (object, { method }) => {
    const at = left.findIndex(([pattern]) => pattern.test(`${method} ${object}`));
    return at === -1 ? undefined : left.splice(at, 1)[0]![1];
  };
}
const everyWrite =
  (fault: Fault): Plan =>
  (_, { isWrite }) =>
    isWrite ? fault : undefined;

/** A namespace of the shared cluster behind the proxy, for the tests of one `describe`. */
function campaign(): () => Campaign {
  let sandbox: Sandbox | undefined;
  let opened: Campaign | undefined;
  beforeAll(async () => {
    sandbox = openSandbox({ sharedCluster: true });
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
      [/secrets\/chatwoot-secrets$/, cut("after")],
      [/deployments\/chatwoot-web$/, status(503)],
    );
    const { played, runs } = await get().converge(plan);
    expect(played.length).toBe(4);
    // Which of them meet in one run depends on which write comes first; each fault can end one run at most.
    expect(runs).toBeLessThanOrEqual(played.length + 1);
    await get().expectSound();
  });

  test("in an update", async () => {
    const { played, runs } = await get().converge(each([/^PATCH jobs\//, cut("after")]), { overlay: newImage });
    expect([played.length, runs]).toEqual([1, 2]);
    await get().expectSound({ overlay: newImage });
    expect((await get().kube.list("Job")).map(({ status }) => status.succeeded)).toEqual([1]);
  });
});

const limit = 1_800_000;

/** A fault at every write: each run meets some. */
const kinds: [string, Fault][] = [
  ...[429, 500, 503, 409, 403].map((code): [string, Fault] => [String(code), status(code)]),
  ["a cut before the API server acts", cut("before")],
  ["a cut after it acted", cut("after")],
  ["a stall", stall],
];

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
    ["secrets", { secrets: { "chatwoot:environmentSecrets": '{"OPENAI_API_KEY":"planted-openai-key"}' } }],
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
      overlay: newImage,
    });
    expect(runs).toBe(1);
    expect(played.length).toBeGreaterThan(3);
    await get().expectSound({ overlay: newImage });
  });
});

describe.runIf(exhaustive).each([1, 4, 12, 21, 31, 41])("kill -9 at write %i of a first up", (count) => {
  const get = campaign();

  test("and again at the fourth write of the next one", { timeout: limit }, async () => {
    await get().kill(count, "SIGKILL");
    await get().kill(4, "SIGKILL");
    await get().converge(() => undefined);
    await get().expectSound();
  });
});
