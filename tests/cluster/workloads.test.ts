import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployment, isTrue, openTestCluster, template, type TestCluster } from "./support.ts";

let cluster: TestCluster;
let ns: string;
beforeAll(async () => {
  cluster = await openTestCluster({
    storageClasses: [{ name: "slow" }, { name: "now", volumeBindingMode: "Immediate" }],
    ingressClasses: [{ name: "nginx" }],
  });
  ns = await cluster.namespace("work");
});
afterAll(() => cluster?.dispose());

const secret = (data: Record<string, string>) => ({ stringData: data });

describe("pods", () => {
  test("a Deployment is ready only once its Secret has the required key", async () => {
    const env = [
      { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "web", key: "password" } } },
      { name: "URL", value: "redis://:$(PASSWORD)@redis" },
    ];
    await cluster.create("Deployment", ns, "web", deployment("web", template({ app: "web" }, { env })));
    const waitingFor = async (message: string) => {
      for (let tries = 0; tries < 100; tries++) {
        const pods = (await cluster.list("Pod", ns)).filter((pod) => pod.metadata.labels?.app === "web");
        const state = pods[0]?.status?.containerStatuses?.[0]?.state;
        if (state?.waiting?.reason === "CreateContainerConfigError" && state.waiting.message === message) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`no pod waits because of: ${message}`);
    };
    await waitingFor('secret "web" not found');
    await cluster.create("Secret", ns, "web", secret({ other: "x" }));
    await waitingFor(`couldn't find key password in Secret ${ns}/web`);
    expect(cluster.journal(ns).some((entry) => JSON.stringify(entry).includes('"web"'))).toBe(false);

    await cluster.client.patch(`/api/v1/namespaces/${ns}/secrets/web`, secret({ password: "p4ss" }));
    await cluster.until("Deployment", ns, "web", isTrue("Available"));
    const start = cluster
      .journal(ns)
      .find((entry) => entry.event === "start" && (entry.owner as { name: string }).name === "web");
    expect(start).toMatchObject({ owner: { kind: "Deployment", name: "web" }, name: "main" });
    expect(start!.environment).toMatchObject({ PASSWORD: "p4ss", URL: "redis://:p4ss@redis" });
  });

  test("a Job completes, and another one with an injected failure fails", async () => {
    await cluster.setFaults(ns, { failJobs: ["^bad$"] });
    const job = { spec: { backoffLimit: 0, template: template({}, {}, { restartPolicy: "Never" }) } };
    await cluster.create("Job", ns, "good", job);
    await cluster.create("Job", ns, "bad", job);
    await cluster.until("Job", ns, "good", isTrue("Complete"));
    const failed = await cluster.until("Job", ns, "bad", isTrue("Failed"));
    expect(failed.status.conditions).toContainEqual(expect.objectContaining({ reason: "BackoffLimitExceeded" }));
    await cluster.setFaults(ns, {});
  });

  test("a stalled Deployment stays unready until the fault is removed", async () => {
    await cluster.setFaults(ns, { stall: ["^slow-web$"] });
    await cluster.create("Deployment", ns, "slow-web", deployment("slow-web", template({ app: "slow-web" })));
    await cluster.until("Deployment", ns, "slow-web", (it) => it.status?.unavailableReplicas === 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(isTrue("Available")(await cluster.get("Deployment", ns, "slow-web"))).toBe(false);
    await cluster.setFaults(ns, {});
    await cluster.until("Deployment", ns, "slow-web", isTrue("Available"));
  });

  test("a pod whose nodeSelector matches no node stays pending and reports why", async () => {
    await cluster.create("Pod", ns, "nowhere", { spec: { ...template({}).spec, nodeSelector: { disk: "gold" } } });
    const pod = await cluster.until("Pod", ns, "nowhere", (it) => it.status?.conditions?.length > 0);
    expect(pod.status.phase).toBe("Pending");
    expect(pod.status.conditions[0]).toMatchObject({ type: "PodScheduled", status: "False", reason: "Unschedulable" });
    expect(pod.status.conditions[0].message).toContain("didn't match Pod's node affinity/selector");
  });

  test("init containers run before the others, in their order", async () => {
    const spec = {
      ...template({}).spec,
      initContainers: [
        { name: "a", image: "x:1" },
        { name: "b", image: "x:1" },
      ],
    };
    await cluster.create("Pod", ns, "ordered", { spec });
    await cluster.until("Pod", ns, "ordered", isTrue("Ready"));
    const starts = cluster.journal(ns).filter((entry) => entry.event === "start" && entry.pod === "ordered");
    expect(starts.map(({ name, init }) => [name, init])).toEqual([
      ["a", true],
      ["b", true],
      ["main", false],
    ]);
  });
});

describe("the objects around pods", () => {
  const claim = (storageClassName: string, accessModes = ["ReadWriteOnce"]) => ({
    spec: { storageClassName, accessModes, resources: { requests: { storage: "1Gi" } } },
  });

  test("a claim is bound immediately or with its first pod, depending on its class", async () => {
    await cluster.create("PersistentVolumeClaim", ns, "early", claim("now"));
    await cluster.create("PersistentVolumeClaim", ns, "late", claim("slow"));
    await cluster.until("PersistentVolumeClaim", ns, "early", (it) => it.status?.phase === "Bound");
    expect((await cluster.get("PersistentVolumeClaim", ns, "late")).status.phase).toBe("Pending");
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "late" } }];
    await cluster.create("Pod", ns, "user", { spec: { ...template({}).spec, volumes } });
    await cluster.until("Pod", ns, "user", isTrue("Ready"));
    expect((await cluster.get("PersistentVolumeClaim", ns, "late")).status.phase).toBe("Bound");
  });

  test("a claim with an unsupported access mode or an unknown class stays pending", async () => {
    await cluster.create("PersistentVolumeClaim", ns, "shared", claim("now", ["ReadWriteMany"]));
    await cluster.create("PersistentVolumeClaim", ns, "classless", claim("gold"));
    for (const [name, message] of [
      ["shared", "ReadWriteMany is not supported"],
      ["classless", '"gold" not found'],
    ] as const) {
      const isReported = async () =>
        (await cluster.list("Event", ns)).some(
          (event) =>
            event.involvedObject.name === name &&
            event.source.component === "sandbox" &&
            (event.message as string).includes(message),
        );
      await expect.poll(isReported, { timeout: 60_000 }).toBe(true);
      expect((await cluster.get("PersistentVolumeClaim", ns, name)).status.phase).toBe("Pending");
    }
  });

  test("ready pods get endpoints, and load balancers and known ingress classes get an address", async () => {
    await cluster.create("Service", ns, "ordered", { spec: { type: "LoadBalancer", ports: [{ port: 80 }] } });
    await cluster.until("Service", ns, "ordered", (it) => it.status?.loadBalancer?.ingress?.length === 1);
    const ingress = (ingressClassName: string) => ({
      spec: { ingressClassName, defaultBackend: { service: { name: "ordered", port: { number: 80 } } } },
    });
    await cluster.create("Ingress", ns, "unknown", ingress("traefik"));
    await cluster.create("Ingress", ns, "known", ingress("nginx"));
    await cluster.until("Ingress", ns, "known", (it) => it.status?.loadBalancer?.ingress?.length === 1);
    expect((await cluster.get("Ingress", ns, "unknown")).status.loadBalancer.ingress).toBeUndefined();
  });

  test("deletes a namespace with running pods", async () => {
    await cluster.remove("Namespace", undefined, ns);
    const gone = () =>
      cluster.get("Namespace", undefined, ns).then(
        () => false,
        (error: { code: number }) => error.code === 404,
      );
    await expect.poll(gone, { timeout: 60_000, interval: 200 }).toBe(true);
    const volumes = async () =>
      (await cluster.list("PersistentVolume")).filter(({ spec }) => spec.claimRef?.namespace === ns).length;
    await expect.poll(volumes, { timeout: 60_000 }).toBe(0);
  });
});
