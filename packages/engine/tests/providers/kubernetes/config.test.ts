import { describe, expect, test } from "vitest";
import { unknownMarker, type Props } from "../../../src/values.ts";
import { diffConfig } from "../../../src/providers/kubernetes/config-diff.ts";
import { readConfig } from "../../../src/providers/kubernetes/config.ts";
import { propagationPolicy, skipsDeletionWait } from "../../../src/providers/kubernetes/delete.ts";
import { kubernetesProvider } from "../../../src/providers/kubernetes/provider.ts";
import { testContext } from "../support/context.ts";
import { unreachableKubeconfig } from "../support/unreachable.ts";

describe("delete", () => {
  const object = (annotations: Props, kind = "Job", apiVersion = "batch/v1") => ({
    apiVersion,
    kind,
    metadata: { annotations },
  });
  test.each([
    [undefined, "Foreground"],
    ["Orphan", "Orphan"],
    ["background", "Background"],
    ["sideways", "Foreground"],
  ])("propagation %s", (policy, expected) => {
    expect(propagationPolicy(object(policy ? { "pulumi.com/deletionPropagationPolicy": policy } : {}))).toBe(expected);
  });

  test("only some kinds skip the wait", () => {
    const skip = { "pulumi.com/skipAwait": "true" };
    expect([
      skipsDeletionWait(object(skip)),
      skipsDeletionWait(object({})),
      skipsDeletionWait(object(skip, "Secret", "v1")),
    ]).toEqual([true, false, false]);
  });
});

describe("configuration", () => {
  test("reads flags as text or from the environment; the configuration wins", () => {
    expect(readConfig({ enableSecretMutable: "true" }, {}).enableSecretMutable).toBe(true);
    expect(readConfig({}, { PULUMI_K8S_ENABLE_SECRET_MUTABLE: "true" }).enableSecretMutable).toBe(true);
    expect(
      readConfig({ enableSecretMutable: false }, { PULUMI_K8S_ENABLE_SECRET_MUTABLE: "true" }).enableSecretMutable,
    ).toBe(false);
  });

  test("rejects an unsupported key by name", () => {
    expect(() => readConfig({ renderYamlToDirectory: "out" }, {})).toThrow('"renderYamlToDirectory"');
    expect(() => readConfig({ enableServerSideApply: "false" }, {})).toThrow("server-side apply only");
  });

  test("another cluster forces a replacement; another user, or the same clusterIdentifier, does not", () => {
    const kubeconfigOf = (text: string, more: Props = {}) => ({ kubeconfig: text, ...more });
    const replaces = (olds: Props, news: Props) =>
      diffConfig(olds, news, {}, ".")
        .changes.filter((change) => change.replace)
        .map((change) => change.path[0]);
    const moved = unreachableKubeconfig.replace("127.0.0.1:1", "127.0.0.1:2");
    expect(replaces(kubeconfigOf(unreachableKubeconfig), kubeconfigOf(moved))).toEqual(["kubeconfig"]);
    expect(
      replaces(
        kubeconfigOf(unreachableKubeconfig),
        kubeconfigOf(unreachableKubeconfig.replace('"none"}}]', '"other"}}]')),
      ),
    ).toEqual([]);
    expect(
      replaces(
        kubeconfigOf(unreachableKubeconfig, { clusterIdentifier: "a" }),
        kubeconfigOf(moved, { clusterIdentifier: "a" }),
      ),
    ).toEqual([]);
    expect(
      replaces(
        kubeconfigOf(unreachableKubeconfig, { clusterIdentifier: "a" }),
        kubeconfigOf(unreachableKubeconfig, { clusterIdentifier: "b" }),
      ),
    ).toEqual(["clusterIdentifier"]);
    expect(replaces(kubeconfigOf(unreachableKubeconfig), kubeconfigOf(unknownMarker))).toEqual(["kubeconfig"]);
  });
});

test("a kubeconfig that leaves the configuration, for the one of the machine, replaces nothing", () => {
  const changes = (olds: Props, news: Props) => diffConfig(olds, news, {}, ".").changes;
  const change = { path: ["kubeconfig"], kind: "update", replace: false };
  for (const before of [unreachableKubeconfig, "/nowhere/kubeconfig"])
    expect(changes({ kubeconfig: before, context: "a" }, { kubeconfig: "", context: "a" })).toEqual([change]);
});

describe("an unreachable cluster", () => {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "app" }, data: { a: "1" } };
  const configs: [string, Props, string][] = [
    ["no answer", { kubeconfig: unreachableKubeconfig }, "ECONNREFUSED"],
    ["no kubeconfig", {}, "no configuration has been provided"],
    ["an unknown context", { kubeconfig: unreachableKubeconfig, context: "nope" }, 'context "nope" does not exist'],
  ];

  test.each(configs)("%s: previews work without it, other operations fail", async (_title, config, reason) => {
    const provider = kubernetesProvider({ env: { HOME: "/nowhere" } })(config, { projectDir: "." });
    const context = testContext("kubernetes:core/v1:ConfigMap", { preview: true });
    const checked = await provider.check?.(object, undefined, context);
    expect(checked?.inputs).toEqual(object);
    expect((await provider.create(object, context)).outputs).toEqual(object);
    expect(await provider.update?.("app/x", object, object, object, context)).toEqual(object);
    const create = async () => provider.create(object, testContext("kubernetes:core/v1:ConfigMap"));
    await expect(create()).rejects.toThrow(/^configured Kubernetes cluster is unreachable: /);
    await expect(create()).rejects.toThrow(reason);
  });

  /** What `refresh` does with an object. */
  const reading = (config: Props, env: NodeJS.ProcessEnv = {}) =>
    kubernetesProvider({ env: { HOME: "/nowhere", ...env } })(config, { projectDir: "." }).read!(
      "app/x",
      object,
      testContext("kubernetes:core/v1:ConfigMap"),
    );

  test("the path of another machine's kubeconfig is unreachable, and the message names the variable that drops objects", async () => {
    await expect(reading({ kubeconfig: "/nowhere/kubeconfig" })).rejects.toThrow(
      /^configured Kubernetes cluster is unreachable: failed to parse kubeconfig data in `kubernetes:config:kubeconfig`- .*\nIf the cluster was deleted, .*PULUMI_K8S_DELETE_UNREACHABLE/,
    );
  });

  test("with that variable the object is gone from the state, unless the configuration says false", async () => {
    const env = { PULUMI_K8S_DELETE_UNREACHABLE: "true" };
    expect(await reading({ kubeconfig: "/nowhere/kubeconfig" }, env)).toBeUndefined();
    await expect(reading({ kubeconfig: "/nowhere/kubeconfig", deleteUnreachable: "false" }, env)).rejects.toThrow(
      "is unreachable",
    );
  });
});
