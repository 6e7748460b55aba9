import { describe, expect, test } from "vitest";
import type { ChildGoal } from "../../../src/provider.ts";
import { isSecret, unknownMarker, type Props } from "../../../src/values.ts";
import { chartArgs } from "../../../src/providers/kubernetes/component/chart-args.ts";
import { templateArguments } from "../../../src/providers/kubernetes/component/helm.ts";
import { decodeManifests } from "../../../src/providers/kubernetes/component/manifests.ts";
import { expandLists } from "../../../src/providers/kubernetes/component/objects.ts";
import { inOrder } from "../../../src/providers/kubernetes/component/order.ts";
import { childGoal, registerObjects } from "../../../src/providers/kubernetes/component/register.ts";
import { kubernetesProvider } from "../../../src/providers/kubernetes/provider.ts";
import { testContext } from "../support/context.ts";
import { unreachableKubeconfig } from "../support/unreachable.ts";

const object = (kind: string, name: string, more: Props = {}, apiVersion = "v1") => ({
  apiVersion,
  kind,
  metadata: { name, ...more },
});
const crd = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "w" },
  spec: { group: "lab.io", names: { kind: "Widget" }, scope: "Namespaced" },
};

describe("manifests", () => {
  test("drops empty documents and expands lists into their items", () => {
    const text =
      "---\n# nothing\n---\n{}\n---\nkind: List\napiVersion: v1\nitems: [{kind: A, apiVersion: v1}]\n---\nkind: B\napiVersion: v1\n";
    expect(expandLists(decodeManifests(text)).map((item) => item["kind"])).toEqual(["A", "B"]);
  });

  test("YAML 1.2: yes and no are strings", () => {
    expect(decodeManifests("a: yes\nb: true\nc: 0o10\nd: '1'")).toEqual([{ a: "yes", b: true, c: 8, d: "1" }]);
  });

  test.each(["a: [", "just text", "- a"])("rejects %j", (text) => {
    expect(() => decodeManifests(text)).toThrow("decoding YAML");
  });
});

describe("order", () => {
  const names = (objects: Props[]) => inOrder(objects).map((item) => item.object["metadata"].name as string);

  test("namespaces and definitions come before the objects that need them", () => {
    const widget = object("Widget", "widget", { namespace: "app" }, "lab.io/v1");
    const ordered = inOrder([widget, crd, object("Namespace", "app")]);
    expect(ordered.at(-1)?.object).toBe(widget);
    expect(ordered.at(-1)?.dependencies).toHaveLength(2);
  });

  test("a depends-on annotation sets the order", () => {
    const late = object("ConfigMap", "late", {
      namespace: "app",
      annotations: { "config.kubernetes.io/depends-on": "apps/namespaces/app/Deployment/web" },
    });
    expect(names([late, object("Deployment", "web", { namespace: "app" }, "apps/v1")])).toEqual(["web", "late"]);
  });

  test("rejects cycles and dependencies outside the manifests", () => {
    const needs = (name: string, other: string) =>
      object("ConfigMap", name, { annotations: { "config.kubernetes.io/depends-on": `/ConfigMap/${other}` } });
    expect(() => inOrder([needs("a", "b"), needs("b", "a")])).toThrow("cyclic");
    expect(() => inOrder([needs("a", "z")])).toThrow("external dependency");
  });
});

describe("children", () => {
  const options = { prefix: "web", skipAwait: false, helmPolicies: true };

  test("type, name and marks", () => {
    const goal = childGoal(object("Secret", "s", { namespace: "app" }), ["urn:a"], options);
    expect(goal).toMatchObject({
      type: "kubernetes:core/v1:Secret",
      name: "web:app/s",
      dependencies: ["urn:a"],
      propertyDependencies: { kind: [] },
    });
    expect(childGoal(object("Deployment", "d", {}, "apps/v1"), [], { ...options, prefix: "" })).toMatchObject({
      type: "kubernetes:apps/v1:Deployment",
      name: "d",
    });
  });

  test("a Secret's content is secret", () => {
    const goal = childGoal({ ...object("Secret", "s"), data: { a: "b" }, stringData: { c: "d" } }, [], options);
    expect([isSecret(goal.props["data"]), isSecret(goal.props["stringData"])]).toEqual([true, true]);
  });

  test("skipAwait and the keep policy", () => {
    const kept = object("ConfigMap", "c", { annotations: { "helm.sh/resource-policy": "keep" } });
    expect(childGoal(kept, [], options).retainOnDelete).toBe(true);
    expect(childGoal(kept, [], { ...options, helmPolicies: false }).retainOnDelete).toBeUndefined();
    const skipped = childGoal(object("ConfigMap", "c", { annotations: null }), [], { ...options, skipAwait: true });
    expect(skipped.props["metadata"].annotations).toEqual({ "pulumi.com/skipAwait": "true" });
  });

  test("a child waits only for its dependencies", async () => {
    const started: string[] = [];
    let finish: (() => void) | undefined;
    const child = async (goal: ChildGoal) => {
      started.push(goal.name);
      if (goal.type.endsWith("Namespace")) await new Promise<void>((resolve) => (finish = resolve));
      return { urn: `urn:${goal.name}`, id: goal.name, outputs: {} };
    };
    const objects = [
      object("ConfigMap", "in", { namespace: "app" }),
      object("Namespace", "app"),
      object("ConfigMap", "out"),
    ];
    const running = registerObjects(objects, { ...options, warn: () => {}, child });
    await expect.poll(() => started.toSorted()).toEqual(["web:app", "web:out"]);
    finish?.();
    expect((await running).map((reference) => reference["id"] as string)).toEqual(["web:app", "web:out", "web:app/in"]);
  });
});

describe("helm.v4.Chart", () => {
  test("helm's arguments", () => {
    const args = chartArgs(
      { chart: "web", version: "1.2.3", repositoryOpts: { repo: "https://charts.example.com" }, skipCrds: true },
      "release",
      "default",
    );
    expect(
      templateArguments(args, args.chart, ["values.json"], {
        kubeVersion: "v1.36.0",
        apiVersions: ["v1", "v1/Pod"],
      }).join(" "),
    ).toBe(
      "template release web --namespace default --no-hooks --skip-crds --kube-version v1.36.0 --api-versions v1 --api-versions v1/Pod " +
        "--values values.json --version 1.2.3 --repo https://charts.example.com",
    );
  });

  test.each([
    [{ chart: "x", postRenderer: { command: "sed" } }, '"postRenderer"'],
    [{ chart: "x", keyring: {} }, '"keyring"'],
    [{ chart: "x", repositoryOpts: { caFile: {} } }, '"repositoryOpts.caFile"'],
    [{}, '"chart" is required'],
  ])("rejects %j", (inputs, message) => {
    expect(() => chartArgs(inputs, "x", "default")).toThrow(message);
  });

  const provider = kubernetesProvider({ env: {} })({ kubeconfig: unreachableKubeconfig }, { projectDir: "." });
  const construct = (type: string, inputs: Props, context = testContext(type)) => ({
    context,
    result: provider.construct?.(inputs, context, () => Promise.reject(new Error("no child expected"))),
  });

  test("unknown inputs make the preview empty, with a warning", async () => {
    const { context, result } = construct("kubernetes:helm.sh/v4:Chart", { chart: "x", values: { a: unknownMarker } });
    expect(await result).toEqual({ resources: unknownMarker });
    expect(context.warnings).toEqual(["Input properties have unknown values. Preview is incomplete."]);
  });

  test.each(["kubernetes:kustomize/v2:Directory", "kubernetes:helm.sh/v3:Chart"])(
    "rejects %s by name",
    async (type) => {
      await expect(construct(type, {}).result).rejects.toThrow(type);
    },
  );
});

test("invokes: yaml.decode works, others are rejected by name", async () => {
  const provider = kubernetesProvider({ env: {} })({ kubeconfig: unreachableKubeconfig }, { projectDir: "." });
  const text =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n";
  const result = await provider.invoke?.("kubernetes:yaml:decode", { text, defaultNamespace: "app" }, testContext(""));
  expect(result?.["result"].map((item: Props) => item["metadata"] as Props)).toEqual([
    { name: "a", namespace: "app" },
    { name: "b" },
  ]);
  expect(() => provider.invoke?.("kubernetes:helm:template", {}, testContext(""))).toThrow("kubernetes:helm:template");
});
