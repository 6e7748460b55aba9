import { describe, expect, test } from "vitest";
import { parsePath } from "../../../src/paths.ts";
import { isSecret, plain, unknownMarker, type Props } from "../../../src/values.ts";
import { checkedInputs, refuseUnsupported } from "../../../src/providers/kubernetes/check.ts";
import { diffObjects } from "../../../src/providers/kubernetes/diff.ts";
import { forceNewPaths, touches } from "../../../src/providers/kubernetes/force-new.ts";
import { patchForce, takeOverPatch } from "../../../src/providers/kubernetes/managed-fields.ts";
import { canonicalQuantity } from "../../../src/providers/kubernetes/quantity.ts";
import { fieldManagerOf, fromState, toState } from "../../../src/providers/kubernetes/state.ts";

const mutableConfig = { enableSecretMutable: true, enableConfigMapMutable: true };
const immutableConfig = { enableSecretMutable: false, enableConfigMapMutable: false };

test.each([
  ["0.5", "500m"],
  ["1000m", "1"],
  ["1024Mi", "1Gi"],
  ["1.5Gi", "1536Mi"],
  ["1000Mi", "1000Mi"],
  ["2000000", "2M"],
  ["128974848", "128974848"],
  ["0", "0"],
  ["0.0", "0"],
  ["-500m", "-500m"],
  ["100k", "100k"],
  ["1e3", "1e3"],
  ["many", "many"],
])("quantity %s is %s", (text, canonical) => {
  expect(canonicalQuantity(text)).toBe(canonical);
});

describe("changes that replace an object", () => {
  test.each([
    ["apps/v1", "Deployment", "spec.selector.matchLabels.app", true],
    ["apps/v1", "Deployment", "spec.replicas", false],
    ["apps/v1", "StatefulSet", "spec.volumeClaimTemplates[0].spec", true],
    ["batch/v1", "Job", "spec.template.spec.containers[0].image", true],
    ["batch/v1", "Job", "spec.backoffLimit", false],
    ["v1", "Pod", "spec.containers[0].env[1].value", true],
    ["v1", "PersistentVolumeClaim", "spec.storageClassName", true],
    ["v1", "PersistentVolumeClaim", "spec.resources.requests.storage", false],
    ["v1", "Service", "spec.clusterIP", true],
    ["v1", "Secret", "data.password", true],
    ["v1", "ConfigMap", "data.a", true],
    ["rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef.name", true],
    ["postgresql.cnpg.io/v1", "Cluster", "spec.instances", false],
    ["postgresql.cnpg.io/v1", "Cluster", "metadata.namespace", true],
  ])("%s %s: %s", (apiVersion, kind, path, replace) => {
    expect(touches(parsePath(path), "new", forceNewPaths({ apiVersion, kind }, immutableConfig))).toBe(replace);
  });

  test("a change above a path counts if the new value contains the path", () => {
    const paths = forceNewPaths({ apiVersion: "apps/v1", kind: "Deployment" }, immutableConfig);
    expect(touches(["spec"], { selector: {} }, paths)).toBe(true);
    expect(touches(["spec"], { replicas: 1 }, paths)).toBe(false);
  });

  test.each([
    ["Secret", {}, false],
    ["Secret", { immutable: true }, true],
    ["ConfigMap", {}, false],
    ["ConfigMap", { immutable: true }, true],
  ])("mutable %s with %j", (kind, more, replace) => {
    expect(touches(["data", "a"], "x", forceNewPaths({ apiVersion: "v1", kind, ...more }, mutableConfig))).toBe(
      replace,
    );
  });
});

describe("diff", () => {
  const deployment = (spec: Props, metadata: Props = {}) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "app", ...metadata },
    spec,
  });
  const diff = (oldInputs: Props, oldLive: Props, newInputs: Props) =>
    diffObjects({ oldInputs, oldLive, newInputs, namespaced: true, mutable: immutableConfig });

  test("ignores what the server added, dropped or normalized", () => {
    const inputs = deployment({ a: "", limits: { cpu: "0.5" }, flag: false, list: [] });
    const live = deployment({ limits: { cpu: "500m" }, strategy: { type: "RollingUpdate" } }, { uid: "1" });
    expect(diff(inputs, live, inputs).changes).toEqual([]);
  });

  test("reports another manager's change", () => {
    const inputs = deployment({ replicas: 2 });
    expect(diff(inputs, deployment({ replicas: 5 }), inputs).changes).toEqual([
      { path: ["spec", "replicas"], kind: "update", replace: false },
    ]);
  });

  test.each([
    ["named by the program", {}, {}, true],
    ["autonamed", { annotations: { "pulumi.com/autonamed": "true" } }, {}, false],
    ["moved", { namespace: "other" }, { namespace: "app" }, false],
  ])("deletes first if %s: %j", (_title, metadata, oldMetadata, first) => {
    const olds = deployment({ selector: { a: "1" } }, { ...metadata, ...oldMetadata });
    const result = diff(olds, olds, deployment({ selector: { a: "2" } }, metadata));
    expect(result.changes.some((change) => change.replace)).toBe(true);
    expect(result.deleteBeforeReplace).toBe(first);
  });
});

describe("check", () => {
  test("generates a name if none is set, and keeps it", () => {
    const first = checkedInputs({ apiVersion: "v1", kind: "ConfigMap" }, undefined, "settings", "app");
    expect(first["metadata"]).toMatchObject({ namespace: "app", annotations: { "pulumi.com/autonamed": "true" } });
    expect(first["metadata"].name).toMatch(/^settings-[0-9a-f]{8}$/);
    const second = checkedInputs({ apiVersion: "v1", kind: "ConfigMap" }, first, "settings", "app");
    expect(second["metadata"].name).toBe(first["metadata"].name);
  });

  test("keeps a removed name until the replacement is checked", () => {
    const named = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "mine" } };
    const taken = { apiVersion: "v1", kind: "ConfigMap", metadata: {} };
    expect(checkedInputs(taken, named, "x", undefined)["metadata"]).toEqual({});
    expect(checkedInputs(taken, undefined, "x", undefined)["metadata"].name).toMatch(/^x-/);
  });

  test("keeps unknown values", () => {
    expect(
      checkedInputs({ apiVersion: "v1", kind: "ConfigMap", metadata: unknownMarker }, undefined, "x", "app")[
        "metadata"
      ],
    ).toBe(unknownMarker);
    expect(
      checkedInputs({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: unknownMarker } }, undefined, "x", "app")[
        "metadata"
      ].name,
    ).toBe(unknownMarker);
  });

  test("converts a Secret's stringData to data, always secret", () => {
    const inputs = {
      apiVersion: "core/v1",
      kind: "Secret",
      metadata: { name: "s" },
      stringData: { a: "b" },
      data: { c: "ZA==" },
    };
    const checked = checkedInputs(inputs, undefined, "s", "app");
    expect(isSecret(checked["data"])).toBe(true);
    expect(plain(checked)).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s", namespace: "app" },
      data: { a: "Yg==", c: "ZA==" },
    });
  });

  test("rejects generateName", () => {
    const inputs = { apiVersion: "v1", kind: "Pod", metadata: { generateName: "x-" } };
    expect(() => checkedInputs(inputs, undefined, "x", "app")).toThrow("generateName");
  });

  test.each(["kubernetes:apps/v1:DeploymentPatch", "kubernetes:helm.sh/v3:Release"])("rejects %s by name", (type) => {
    expect(() => refuseUnsupported(type, { kind: "Deployment" })).toThrow(type);
  });

  test("rejects lists", () => {
    expect(() => refuseUnsupported("kubernetes:core/v1:ConfigMapList", { items: [] })).toThrow("list resources");
  });
});

describe("state", () => {
  const live = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}" } },
    data: { a: "Yg==" },
  };

  test("a Secret is secret in every part of the state", () => {
    const state = toState(live, live, "v1", "pulumi-kubernetes-1");
    const copy = (object: Props) =>
      object["metadata"].annotations["kubectl.kubernetes.io/last-applied-configuration"] as unknown;
    for (const object of [state, state["__inputs"] as Props])
      expect([isSecret(object["data"]), isSecret(copy(object))]).toEqual([true, true]);
    expect(fromState(state)).toEqual({ live, inputs: live, apiVersion: "v1", fieldManager: "pulumi-kubernetes-1" });
  });

  test("keeps names that the types cannot express", () => {
    const crd = { spec: { "x-kubernetes-preserve-unknown-fields": true } };
    const state = toState(crd, {}, "v1", "m");
    expect(state["spec"]).toEqual({ x_kubernetes_preserve_unknown_fields: true });
    expect(fromState(state).live).toEqual(crd);
  });

  test("the field manager comes from the annotation, the state, or a new name", () => {
    const annotated = { metadata: { annotations: { "pulumi.com/patchFieldManager": "mine" } } };
    const state = fromState({ __fieldManager: "kept" });
    expect([fieldManagerOf(annotated, state), fieldManagerOf({}, state)]).toEqual(["mine", "kept"]);
    expect(fieldManagerOf({})).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
  });
});

describe("managed fields", () => {
  const entry = (manager: string, operation: string, fieldsV1: Props, more: Props = {}) => ({
    manager,
    operation,
    fieldsV1,
    ...more,
  });
  const live = (...managedFields: Props[]) => ({ metadata: { resourceVersion: "7", managedFields } });

  test("moves the fields of the creation to the resource's own manager", () => {
    const others = entry("kube-controller-manager", "Update", { "f:status": {} }, { subresource: "status" });
    const created = entry("pulumi-kubernetes", "Update", { "f:data": { "f:a": {} } });
    const own = entry("pulumi-kubernetes-1", "Apply", { "f:data": { "f:b": {} } });
    expect(takeOverPatch(live(created, others, own), "pulumi-kubernetes-1")).toEqual([
      {
        op: "replace",
        path: "/metadata/managedFields",
        value: [others, entry("pulumi-kubernetes-1", "Apply", { "f:data": { "f:a": {}, "f:b": {} } })],
      },
      { op: "replace", path: "/metadata/resourceVersion", value: "7" },
    ]);
  });

  test("there is nothing to move", () => {
    expect(
      takeOverPatch(
        live(entry("hpa", "Update", {}), entry("pulumi-kubernetes", "Update", {}, { subresource: "status" })),
        "m",
      ),
    ).toBeUndefined();
  });

  test.each([
    ["an update", { annotated: false, enabled: false, preview: false, live: live(entry("hpa", "Update", {})) }, false],
    ["annotated", { annotated: true, enabled: false, preview: false, live: undefined }, true],
    ["enabled", { annotated: false, enabled: true, preview: false, live: undefined }, true],
    ["a creation in a preview", { annotated: false, enabled: false, preview: true, live: undefined }, true],
    [
      "a preview over the resource's own creation",
      { annotated: false, enabled: false, preview: true, live: live(entry("pulumi-kubernetes", "Update", {})) },
      true,
    ],
    [
      "a preview over another manager's object",
      { annotated: false, enabled: false, preview: true, live: live(entry("hpa", "Update", {})) },
      false,
    ],
    [
      "an object from before server-side apply",
      { annotated: false, enabled: false, preview: false, live: live() },
      true,
    ],
  ])("force for %s: %#", (_title, options, force) => {
    expect(patchForce(options)).toBe(force);
  });
});
