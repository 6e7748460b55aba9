import { describe, expect, test } from "vitest";
import { formatPath } from "../../src/paths.ts";
import { plain, type Props } from "../../src/values.ts";
import { kubernetesProvider } from "../../src/providers/kubernetes/provider.ts";
import { testContext } from "./support/context.ts";
import { holdAgainst, recordedCalls, type RecordedCall } from "./support/recordings.ts";
import { unreachableKubeconfig } from "./support/unreachable.ts";

const make = kubernetesProvider({ env: {} });
const immutable = make({ kubeconfig: unreachableKubeconfig }, { projectDir: "." });
const mutable = make(
  { kubeconfig: unreachableKubeconfig, enableSecretMutable: "true", enableConfigMapMutable: "true" },
  { projectDir: "." },
);

// Patch resources are rejected by name; another test covers that.
const calls = recordedCalls("kubernetes").filter(
  (call) => call.type?.startsWith("kubernetes:") && !call.type.endsWith("Patch"),
);
/** The real provider drops unknown fields of built-in kinds before the request. Here, the server drops them. */
const hasTypo = (call: RecordedCall) =>
  /"prt"|"sise"|"typo"/.test(JSON.stringify(call.request)) && !call.type?.endsWith(":Widget");
const of = (method: RecordedCall["method"]) => calls.filter((call) => call.method === method && !hasTypo(call));
const providerOf = (call: RecordedCall) => (call.case === "data-mutable" ? mutable : immutable);
const contextOf = (call: RecordedCall) => testContext(call.type ?? "", { name: call.name ?? "" });

/** The random suffix of a name, which differs each time. */
const withoutSuffix = (inputs: Props): Props =>
  inputs["metadata"]?.annotations?.["pulumi.com/autonamed"] === "true"
    ? {
        ...inputs,
        metadata: { ...inputs["metadata"], name: String(inputs["metadata"].name).replace(/-[0-9a-f]{8}$/, "-#") },
      }
    : inputs;

describe("the real kubernetes provider", () => {
  test("check", () =>
    holdAgainst(of("Check"), async (call) => {
      const { olds = {}, news } = plain(call.request) as { olds?: Props; news: Props };
      const known = Object.keys(olds).length > 0 ? olds : undefined;
      const result = await providerOf(call).check?.(news, known, contextOf(call));
      const expected = plain(call.response?.["inputs"]) as Props;
      expect(withoutSuffix(plain(result?.inputs) as Props)).toEqual(withoutSuffix(expected));
      // A generated name is kept.
      if (known) expect(plain(result?.inputs)).toEqual(expected);
    }));

  test("check keeps a Secret's data secret", () =>
    holdAgainst(
      of("Check").filter((call) => call.type === "kubernetes:core/v1:Secret"),
      async (call) => {
        const news = plain(call.request["news"]) as Props;
        const result = await providerOf(call).check?.(news, undefined, contextOf(call));
        expect(result?.inputs["data"]).toEqual(call.response?.["inputs"].data);
      },
    ));

  test("diff", () =>
    holdAgainst(of("Diff"), async (call) => {
      const { oldInputs = {}, olds, news } = call.request;
      const result = await providerOf(call).diff?.(oldInputs, olds, plain(news) as Props, contextOf(call));
      const kinds = Object.fromEntries(
        (result?.changes ?? []).map(({ path, kind, replace }) => [
          formatPath(path),
          `${kind}${replace ? "_replace" : ""}`.toUpperCase(),
        ]),
      );
      const detailed: Record<string, Props> = call.response?.["detailedDiff"] ?? {};
      expect(kinds).toEqual(
        Object.fromEntries(Object.entries(detailed).map(([path, item]) => [path, item["kind"] ?? "ADD"])),
      );
      // Whether a Job must run again depends on the cluster; other tests cover that.
      const unready = (call.response?.["replaces"] ?? []).some((path: string) => path.includes("replaceUnready"));
      if (!unready) expect(result?.deleteBeforeReplace).toBe(call.response?.["deleteBeforeReplace"] ?? false);
    }));
});
