import { afterAll, expect, test } from "vitest";
import { openKube } from "../sandbox/cluster.ts";
import { openSandbox } from "../sandbox/support.ts";

/* Two stacks, each with its own state, that deploy to one namespace. */

const first = openSandbox({ sharedCluster: true });
const second = openSandbox({ sharedCluster: true, namespace: first.namespace });
afterAll(async () => {
  await second.dispose();
  await first.dispose();
});

const up = ["up", "--stack", "prod"];

test("the second is refused before it writes, and the first keeps its keys and its work", async () => {
  await first.runHere("up", "prod");
  const kube = await openKube(first);
  try {
    const keys = (await kube.get("Secret", "chatwoot-secrets")).data;
    const versions = await kube.versions();
    const before = kube.writes().length;
    const { output } = await second.run(up, { exit: 1 });
    expect(output).toContain(`Secret ${first.namespace}/chatwoot-secrets: has SECRET_KEY_BASE`);
    expect(kube.writes().slice(before)).toEqual([]);
    expect(Object.keys(await kube.versions()).sort()).toEqual(Object.keys(versions).sort());
    expect((await kube.get("Secret", "chatwoot-secrets")).data).toEqual(keys);
    expect((await first.runHere("up", "prod")).changes).toEqual([]);
  } finally {
    kube.close();
  }
});

test("of two first deployments at once, at most one succeeds, with the keys that are there", async () => {
  const one = openSandbox({ sharedCluster: true });
  const other = openSandbox({ sharedCluster: true, namespace: one.namespace });
  const kube = await openKube(one);
  try {
    const runs = await Promise.all([one, other].map((sandbox) => sandbox.start(up)));
    const succeeded = runs.filter(({ exitCode }) => exitCode === 0);
    expect(succeeded.length, runs.map(({ all }) => String(all)).join("\n")).toBeLessThanOrEqual(1);
    const winner = [one, other][runs.findIndex(({ exitCode }) => exitCode === 0)];
    if (winner !== undefined) {
      const keys = (await kube.get("Secret", "chatwoot-secrets")).data;
      // The other one may have written objects after the winner's end, before it failed: one `up` takes that back.
      const { changes } = await winner.run(up);
      expect(changes.filter((change) => !change.startsWith("update "))).toEqual([]);
      if (changes.length > 0) expect((await winner.run(up)).changes).toEqual([]);
      expect((await kube.get("Secret", "chatwoot-secrets")).data).toEqual(keys);
    }
    for (const { exitCode, all } of runs)
      if (exitCode !== 0) expect(String(all)).toMatch(/another deployment works on the same namespace|keys/);
  } finally {
    kube.close();
    await other.dispose();
    await one.dispose();
  }
});
