import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isSecret, unknownMarker, type Props } from "pulumi-embedded-engine";
import { driveProvider } from "./providers-support.ts";
import { deployment, openTestCluster, template, type TestCluster } from "./support.ts";

let cluster: TestCluster;
let ns: string;
let drive: ReturnType<typeof driveProvider>;
beforeAll(async () => {
  cluster = await openTestCluster({
    storageClasses: [{ name: "late" }, { name: "now", volumeBindingMode: "Immediate" }],
  });
  ns = await cluster.namespace("work");
  drive = driveProvider(cluster, ns);
});
afterAll(async () => {
  await drive?.provider.close?.();
  await cluster?.dispose();
});

const configMap = (name: string | undefined, data: Props, more: Props = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { ...(name ? { name } : {}), ...more },
  data,
});
const web = (name: string, replicas = 1, container: Props = {}, more: Props = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, ...more },
  ...deployment(name, template({ app: name }, container), replicas),
});
const job = (name: string, annotations: Props = {}) => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name, annotations },
  spec: { backoffLimit: 0, template: template({}, {}, { restartPolicy: "Never" }) },
});

describe("the lifecycle of a resource", () => {
  test("create, no change, update, delete", async () => {
    const created = await drive.create(configMap("life", { a: "1" }));
    expect(created.id).toBe(`${ns}/life`);
    expect(created.outputs).toMatchObject({
      __initialApiVersion: "v1",
      __inputs: { data: { a: "1" } },
      metadata: { namespace: ns },
    });
    expect((await drive.diff(created, configMap("life", { a: "1" })))?.changes).toEqual([]);

    const updated = await drive.update(created, configMap("life", { a: "2" }));
    const managers = updated.outputs["metadata"].managedFields.map(
      (entry: Props) => `${entry["manager"]}/${entry["operation"]}`,
    );
    expect(managers).toEqual([`${created.outputs["__fieldManager"]}/Apply`]);
    // A key that the program removes is deleted, because the creation's fields were moved to this manager.
    const dropped = await drive.update(updated, configMap("life", { b: "1" }));
    expect(dropped.outputs["data"]).toEqual({ b: "1" });

    await drive.remove(dropped);
    await drive.remove(dropped);
    expect(await drive.read("kubernetes:core/v1:ConfigMap", `${ns}/life`)).toBeUndefined();
  });

  test("a Secret is secret in its outputs", async () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: {}, stringData: { a: "b" } };
    const { id, outputs } = await drive.create(secret);
    expect([isSecret(outputs["data"]), isSecret(outputs["__inputs"].data)]).toEqual([true, true]);
    const read = await drive.read("kubernetes:core/v1:Secret", id);
    expect(isSecret(read?.outputs["data"])).toBe(true);
  });

  test("an existing object is an error in an update, but not in its preview", async () => {
    await cluster.create("ConfigMap", ns, "taken");
    expect(await drive.preview(configMap("taken", {}))).not.toHaveProperty("__inputs");
    await expect(drive.create(configMap("taken", {}))).rejects.toThrow(
      /was not successfully created .* configmaps "taken" already exists\n\n/s,
    );
    const upsert = driveProvider(cluster, ns, { upsertExistingObjects: "true" });
    expect((await upsert.create(configMap("taken", { a: "1" }))).outputs["data"]).toEqual({ a: "1" });
  });

  test("keeps another manager's fields unless the program forces them", async () => {
    const created = await drive.create(web("owned", 0));
    await cluster.client.patch(`/apis/apps/v1/namespaces/${ns}/deployments/owned`, { spec: { replicas: 2 } });
    const refused = await drive.update(created, web("owned", 1));
    expect(refused.reasons?.[0]).toMatch(
      /failed to fully initialize or become live: server-side apply field conflict.*spec\.replicas/s,
    );
    const forced = await drive.update(
      created,
      web("owned", 1, {}, { annotations: { "pulumi.com/patchForce": "true" } }),
    );
    expect([forced.reasons, forced.outputs["spec"].replicas]).toEqual([undefined, 1]);
  });

  test("drops unknown fields of a built-in kind, with a warning", async () => {
    const created = await drive.create(web("typo", 0, { imagePulPolicy: "Always" }));
    const updated = await drive.update(
      created,
      web("typo", 0, { imagePulPolicy: "Always", image: "example.test/app:2" }),
    );
    expect(updated.outputs["spec"].template.spec.containers[0].image).toBe("example.test/app:2");
    expect(updated.context.warnings.join()).toContain("imagePulPolicy");
  });
});

describe("preview", () => {
  test("asks the API server, and changes nothing", async () => {
    const outputs = await drive.preview(web("previewed"));
    expect(outputs).toMatchObject({ spec: { progressDeadlineSeconds: 600 }, __inputs: { spec: { replicas: 1 } } });
    expect(outputs).not.toHaveProperty("status");
    await expect(cluster.get("Deployment", ns, "previewed")).rejects.toThrow("not found");
  });

  test("reports what the API server would reject", async () => {
    await expect(drive.preview(web("refused", -1))).rejects.toThrow("spec.replicas: Invalid value: -1");
  });

  test.each([
    ["unknown values", configMap("x", { a: unknownMarker })],
    ["a namespace that does not exist yet", configMap("x", { a: "1" }, { namespace: "later" })],
    ["a kind that does not exist yet", { apiVersion: "lab.example.com/v1", kind: "Widget", metadata: { name: "x" } }],
  ])("%s: returns the inputs", async (_title, object) => {
    const outputs = await drive.preview(object);
    expect(outputs).not.toHaveProperty("__inputs");
    expect(outputs["kind"]).toBe(object.kind);
  });
});

describe("custom resources", () => {
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "gadgets.lab.example.com" },
    spec: {
      group: "lab.example.com",
      names: { kind: "Gadget", plural: "gadgets" },
      scope: "Namespaced",
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: "object", x_kubernetes_preserve_unknown_fields: true } },
        },
      ],
    },
  };
  const gadget = (name: string, annotations: Props = {}) => ({
    apiVersion: "lab.example.com/v1",
    kind: "Gadget",
    metadata: { name, annotations },
  });

  test("reports a kind that never becomes available", async () => {
    const missing = { apiVersion: "nowhere.example.com/v1", kind: "Gizmo", metadata: { name: "x" } };
    await expect(driveProvider(cluster, ns, {}, { retryDelayMs: 1 }).create(missing)).rejects.toThrow(
      "Verify that any required CRDs have been created",
    );
  });

  test("waits for a pending definition, and by waitFor for a condition", async () => {
    const early = drive.create(gadget("early"));
    await drive.create(definition);
    expect((await early).id).toBe(`${ns}/early`);

    const waiting = drive.create(
      gadget("waiting", { "pulumi.com/waitFor": '["condition=Ready", "jsonpath={.status.phase}=Up"]' }),
    );
    const path = `/apis/lab.example.com/v1/namespaces/${ns}/gadgets/waiting`;
    await expect
      .poll(() =>
        cluster.client.request("GET", path).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await cluster.client.patch(`${path}/status`, {
      status: { phase: "Up", conditions: [{ type: "Ready", status: "True" }] },
    });
    expect((await waiting).outputs["status"].phase).toBe("Up");

    const never = await drive.create(gadget("never", { "pulumi.com/waitFor": "condition=Ready" }), {
      timeoutSeconds: 1,
    });
    expect(never.reasons?.[0]).toMatch(/was successfully created.*timed out waiting for the condition$/);
    await expect(drive.create(gadget("bad", { "pulumi.com/waitFor": "Ready" }))).rejects.toThrow(
      'expected a "jsonpath=" or "condition=" prefix',
    );
    await expect(cluster.client.request("GET", path.replace("waiting", "bad"))).rejects.toThrow("not found");
  });

  test("getters return existing objects only", async () => {
    const found = await drive.read("kubernetes:storage.k8s.io/v1:StorageClass", "late");
    expect(found?.outputs).toMatchObject({ volumeBindingMode: "WaitForFirstConsumer" });
    expect(await drive.read("kubernetes:storage.k8s.io/v1:StorageClass", "missing")).toBeUndefined();
    expect(await drive.read("kubernetes:nowhere.example.com/v1:Gizmo", `${ns}/x`)).toBeUndefined();
  });
});

describe("waits", () => {
  test("a Deployment: reports why its pods do not start, and is ready once they can", async () => {
    const env = [{ name: "P", valueFrom: { secretKeyRef: { name: "late-secret", key: "p" } } }];
    const creating = drive.create(web("needs-secret", 1, { env }));
    await cluster.until("Deployment", ns, "needs-secret", (it) => it.status?.unavailableReplicas === 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await cluster.create("Secret", ns, "late-secret", { stringData: { p: "x" } });
    const { reasons, outputs, context } = await creating;
    expect([reasons, outputs["status"].availableReplicas]).toEqual([undefined, 1]);
    expect(context.lines.join("\n")).toMatch(/CreateContainerConfigError.*late-secret/);

    const rolled = await drive.update(
      { id: `${ns}/needs-secret`, inputs: outputs["__inputs"], outputs, context },
      web("needs-secret", 2),
    );
    expect([rolled.reasons, rolled.outputs["status"].readyReplicas]).toEqual([undefined, 2]);
  });

  test("keeps a Deployment that is not ready in time, with the reasons", async () => {
    await cluster.setFaults(ns, { stall: ["^stuck$"] });
    const { id, reasons, outputs } = await drive.create(web("stuck"), { timeoutSeconds: 2 });
    await cluster.setFaults(ns, {});
    expect([id, outputs["metadata"].name]).toEqual([`${ns}/stuck`, "stuck"]);
    expect(reasons?.[0]).toContain("'stuck' timed out waiting to be Ready");
    expect(reasons).toContain("Minimum number of live Pods was not attained");
  });

  test("a wait ends when the run is cancelled", async () => {
    await cluster.setFaults(ns, { stall: ["^cancelled$"] });
    const controller = new AbortController();
    const creating = drive.create(web("cancelled"), { signal: controller.signal });
    await cluster.until("Deployment", ns, "cancelled", () => true);
    setTimeout(() => controller.abort(), 200);
    expect((await creating).reasons?.[0]).toContain("was cancelled");
    await cluster.setFaults(ns, {});
  });

  test("a Job: complete, or failed with the reason, and replaced on request", async () => {
    expect((await drive.create(job("good"))).reasons).toBeUndefined();
    await cluster.setFaults(ns, { failJobs: ["^bad$"] });
    const replaceable = job("bad", { "pulumi.com/replaceUnready": "true" });
    const bad = await drive.create(replaceable);
    await cluster.setFaults(ns, {});
    expect(bad.reasons?.[0]).toContain("Resource 'bad' was created but failed to initialize");
    expect(bad.reasons?.[1]).toMatch(/^\[BackoffLimitExceeded\] /);
    const diff = await drive.diff(bad, replaceable);
    expect(diff?.changes).toEqual([
      { path: ["metadata", "annotations", "pulumi.com/replaceUnready"], kind: "update", replace: true },
    ]);
    expect(diff?.deleteBeforeReplace).toBe(true);
    await drive.remove(bad);
    const again = await drive.create(replaceable);
    expect([again.reasons, (await drive.diff(again, replaceable))?.changes]).toEqual([undefined, []]);
  });

  test("a StatefulSet, its Services, and claims", async () => {
    const claim = (name: string, storageClassName: string) => ({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name },
      spec: { accessModes: ["ReadWriteOnce"], storageClassName, resources: { requests: { storage: "1Gi" } } },
    });
    expect((await drive.create(claim("late", "late"))).outputs["status"].phase).toBe("Pending");
    expect((await drive.create(claim("now", "now"))).outputs["status"].phase).toBe("Bound");

    const service = (name: string, spec: Props) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name },
      spec: { selector: { app: "db" }, ports: [{ port: 5432 }], ...spec },
    });
    await drive.create(service("db", { clusterIP: "None" }));
    const set = {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "db" },
      spec: { ...deployment("db", template({ app: "db" }), 2).spec, serviceName: "db" },
    };
    expect((await drive.create(set)).outputs["status"].readyReplicas).toBe(2);
    const started = Date.now();
    await drive.create(service("db-rw", {}));
    expect(Date.now() - started).toBeGreaterThanOrEqual(300);
  });

  test("skipAwait skips the wait", async () => {
    await cluster.setFaults(ns, { stall: ["^skipped$"] });
    const { reasons, outputs } = await drive.create(
      web("skipped", 1, {}, { annotations: { "pulumi.com/skipAwait": "true" } }),
    );
    await cluster.setFaults(ns, {});
    expect([reasons, outputs["status"]?.availableReplicas]).toEqual([undefined, undefined]);
  });

  test("the deletion of a Namespace waits until the namespace and its content are deleted", async () => {
    const namespace = await drive.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "short" } });
    await drive.create(configMap("inside", { a: "1" }, { namespace: "short" }));
    await drive.remove(namespace);
    await expect(cluster.get("Namespace", undefined, "short")).rejects.toThrow("not found");
  });
});
