import { describe, expect, test } from "vitest";
import { plain, type Props } from "../../src/values.ts";
import { randomProvider } from "../../src/providers/random/provider.ts";
import { testContext } from "./support/context.ts";
import { holdAgainst, recordedCalls, type RecordedCall } from "./support/recordings.ts";

const provider = randomProvider({}, { projectDir: "." });
const calls = recordedCalls("random").filter((call) => {
  // The sandbox has no seeded generator, and reports that.
  const usesSeed = JSON.stringify(call.request).includes('"seed"');
  return call.type?.startsWith("random:") && !call.type.endsWith("Shuffle") && !usesSeed;
});
const of = (method: RecordedCall["method"], preview = false) =>
  calls.filter((call) => call.method === method && (call.request["preview"] ?? false) === preview);
const contextOf = (call: RecordedCall) =>
  testContext(call.type ?? "", { name: call.name ?? "", preview: call.request["preview"] === true });

/** Arguments that crash the real provider or cause an internal error. The sandbox rejects them with a message. */
const refusedOtherwise = (inputs: Props) =>
  inputs["minLower"] === -1 || inputs["byteLength"] === -1 || inputs["length"] === 8.5 || inputs["length"] === "eight";

describe("the real random provider", () => {
  test("check", () =>
    holdAgainst(of("Check"), async (call) => {
      const news: Props = plain(call.request["news"]);
      const check = async () => provider.check?.(news, undefined, contextOf(call));
      if (call.error) return void (await expect(check()).rejects.toThrow("objectEncoder failed"));
      const result = await check();
      expect(result?.inputs).toEqual(call.response?.["inputs"] ?? {});
      if (refusedOtherwise(news)) return void expect(result?.failures).not.toEqual([]);
      const reasons = (call.response?.["failures"] ?? []).map((failure: Props) => failure["reason"]);
      expect(result?.failures?.map((failure) => failure.reason)).toEqual(reasons);
    }));

  test("diff", () =>
    holdAgainst(of("Diff"), async (call) => {
      const { oldInputs = {}, olds, news } = plain(call.request) as Props;
      if (refusedOtherwise(oldInputs) || refusedOtherwise(news)) return;
      const diff = async () => provider.diff?.(oldInputs, olds, news, contextOf(call));
      if (call.error)
        return void (await expect(diff()).rejects.toThrow(
          "Number and numeric are both configured with different values",
        ));
      const changes = (await diff())?.changes ?? [];
      const replaces = changes.filter((change) => change.replace).map((change) => change.path[0]);
      // `number` and `numeric` are two names of one argument.
      const merged = (names: unknown[]) => [...new Set(names)].toSorted();
      expect(merged(replaces)).toEqual(merged(call.response?.["replaces"] ?? []));
      expect(merged(changes.map((change) => change.path[0]))).toEqual(merged(call.response?.["diffs"] ?? []));
    }));

  test("create in a preview", () =>
    holdAgainst(of("Create", true), async (call) => {
      const { outputs } = await provider.create(plain(call.request["properties"]) as Props, contextOf(call));
      const { bcryptHash: _notComputed, ...expected } = plain(call.response?.["properties"]) as Props;
      expect(outputs).toEqual(expected);
    }));

  test("create: the same outputs, except for random values", () =>
    holdAgainst(of("Create"), async (call) => {
      const inputs = plain(call.request["properties"]) as Props;
      if (refusedOtherwise(inputs)) return;
      const create = async () => provider.create(inputs, contextOf(call));
      if (call.error)
        return void (await expect(create()).rejects.toThrow(call.error.replace(/^rpc error: .*? desc = /, "")));
      const { id, outputs } = await create();
      const { bcryptHash: _notComputed, ...expected } = plain(call.response?.["properties"]) as Props;
      const random = new Set(["id", "result", "b64Std", "b64Url", "dec", "hex", "base64"]);
      const shape = (props: Props) =>
        Object.fromEntries(Object.entries(props).map(([key, value]) => [key, random.has(key) ? typeof value : value]));
      expect(shape(outputs)).toEqual(shape(expected));
      expect(typeof id).toBe("string");
      if (call.response?.["id"] === "none") expect(id).toBe("none");
      for (const key of ["hex", "base64", "b64Std"]) {
        if (key in outputs) expect(outputs[key]).toHaveLength(expected[key].length);
      }
    }));
});
