import { beforeEach, describe, expect, test } from "vitest";
import { memoryState, unprotect, type ProviderFactory, type RunResult, type StateStore } from "pulumi-embedded-engine";
import { clusterDouble, doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";

/** The effect of a careless configuration change or a destroy on Redis and the attachments: none. */

type Change = NonNullable<StackOptions["change"]>;
let state: StateStore;
/** Objects deleted in the cluster, as `Kind name`. */
let deleted: string[];

const recording: ProviderFactory = (config, context) => ({
  ...clusterDouble(config, context),
  delete(_id, inputs) {
    deleted.push(`${inputs["kind"]} ${inputs["metadata"]?.name}`);
    return Promise.resolve();
  },
  diff: (before, _outputs, after) => {
    const changed = JSON.stringify(before) !== JSON.stringify(after);
    // As in the provider: a claim's class and every namespace are immutable.
    const of = (inputs: typeof before) =>
      JSON.stringify([inputs["spec"]?.storageClassName, inputs["metadata"]?.namespace]);
    return Promise.resolve({
      changes: changed ? [{ path: ["spec"], kind: "update", replace: of(before) !== of(after) }] : [],
    });
  },
});

const engine = (change: Change = () => {}) =>
  stackEngine("prod", { providers: { ...doubles, kubernetes: recording }, state, change });
const errorsOf = ({ diagnostics }: RunResult): string =>
  diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message)
    .join("\n");
const volumes = ["PersistentVolumeClaim chatwoot-redis", "PersistentVolumeClaim chatwoot-storage"];

beforeEach(async () => {
  state = memoryState();
  deleted = [];
  expect(errorsOf(await engine().up(program))).toBe("");
});

test.each<[string, Change, string]>([
  ["another class for Redis", ({ settings }) => (settings["kubernetes"].redis.storageClass = "fast"), "redis-claim"],
  ["another class for attachments", ({ settings }) => (settings["storage"].storageClass = "fast"), "storage-claim"],
  ["another namespace", ({ settings }) => (settings["kubernetes"].namespace = "other"), "redis-claim"],
  [
    "attachments in a bucket instead",
    ({ settings, secrets }) => {
      settings["storage"] = { kind: "s3", bucket: "attachments", endpoint: "https://s3.example.com" };
      Object.assign(secrets, { storageAccessKeyId: "id", storageSecretAccessKey: "key" });
    },
    "storage-claim",
  ],
])("rejects %s while the volume is protected", async (_what, change, kept) => {
  const result = await engine(change).preview(program);
  expect(result.ok).toBe(false);
  expect(errorsOf(result)).toContain("protected");
  expect(errorsOf(result)).toContain(kept);
});

describe("a careless destroy", () => {
  test("is rejected, and deletes nothing", async () => {
    const result = await engine().destroy();
    expect(result.ok).toBe(false);
    expect(errorsOf(result)).toContain("destroy-guard cannot be deleted because it is protected");
    expect(deleted).toEqual([]);
  });

  test("without any protection still keeps the volumes", async () => {
    await unprotect(state, "prod", "all");
    expect(errorsOf(await engine().destroy())).toBe("");
    expect(deleted).toContain("StatefulSet chatwoot-redis");
    for (const volume of volumes) expect(deleted).not.toContain(volume);
  });
});
