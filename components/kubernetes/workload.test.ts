import { describe, expect, test } from "vitest";
import { completeObject, type ChartObjectsArgs } from "./chart/objects.ts";
import { chatwootSecurity } from "./pod-security.ts";
import { firstProbeSeconds, webStopSeconds } from "./rollout.ts";
import type { Any } from "../../tests/helpers/stack-files.ts";
import { defaultPods } from "../../tests/helpers/default-pods.ts";

const args: ChartObjectsArgs = {
  chart: { version: "2.0.23", repository: "https://charts.example.com" },
  sources: [{ configMapRef: { name: "chatwoot-config" } }, { secretRef: { name: "chatwoot-secrets" } }],
  checksums: { "checksum/settings": "s", "checksum/redis": "r" },
  volumes: [
    {
      volume: { name: "storage", persistentVolumeClaim: { claimName: "chatwoot-storage" } },
      mount: { name: "storage", mountPath: "/app/storage" },
    },
  ],
  runAsNonRoot: false,
  pods: defaultPods,
  isAutoscaled: () => false,
  onOneNode: false,
};

/** A Deployment of the chart. */
const deployment = (tier: string): Any => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: `chatwoot-${tier}`, labels: { app: "chatwoot" } },
  spec: {
    replicas: 2,
    strategy: {},
    selector: { matchLabels: { app: "chatwoot", role: tier } },
    template: {
      metadata: { labels: { app: "chatwoot", role: tier }, annotations: { "checksum/config": "c" } },
      spec: {
        serviceAccountName: "chatwoot",
        containers: [
          {
            name: `chatwoot-${tier}`,
            image: "chatwoot/chatwoot:v4.16.2",
            env: [{ name: "POSTGRES_PASSWORD", value: "x" }],
            envFrom: [{ secretRef: { name: "chatwoot-env" } }],
            ...(tier === "web" ? { readinessProbe: { httpGet: { path: "/api", port: 3000 }, periodSeconds: 5 } } : {}),
            volumeMounts: [{ name: "cache", mountPath: "/app/tmp" }],
          },
        ],
        volumes: [{ name: "cache", emptyDir: {} }],
      },
    },
  },
});

const complete = (tier: string, more: Partial<ChartObjectsArgs> = {}): Any =>
  completeObject("kubernetes:apps/v1:Deployment", deployment(tier), { ...args, ...more });
const podOf = (object: Any): Any => object.spec.template.spec;

test.each(["web", "worker"])("the completed %s", (tier) => {
  expect(complete(tier)).toMatchSnapshot();
});

test.each(["web", "worker"])("%s keeps every setting of the chart", (tier) => {
  const [before, after] = [deployment(tier), complete(tier)];
  expect(after.spec.selector).toEqual(before.spec.selector);
  expect(after.spec.template.metadata).toMatchObject(before.spec.template.metadata);
  const { readinessProbe: _asksOtherwise, ...container } = podOf(before).containers[0];
  for (const [key, value] of Object.entries(container)) {
    const now = podOf(after).containers[0][key];
    // The order of environment sources and mounts matters.
    expect(Array.isArray(value) ? now.slice(0, value.length) : now, key).toEqual(value);
  }
});

test("an autoscaler owns the count of its own tier only", () => {
  const isAutoscaled = (tier: string) => tier === "web";
  expect(complete("web", { isAutoscaled }).spec).not.toHaveProperty("replicas");
  expect(complete("worker", { isAutoscaled }).spec.replicas).toBe(2);
});

test("a pod stops before the next one is ready, as the connection budget assumes", () => {
  expect(webStopSeconds).toBeLessThanOrEqual(firstProbeSeconds);
  expect(podOf(complete("worker")).containers[0].startupProbe.initialDelaySeconds).toBe(firstProbeSeconds);
});

test("the worker has only HTTP probes, and stops later than Sidekiq's jobs", () => {
  const pod = podOf(complete("worker"));
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(25);
  expect(JSON.stringify(pod)).not.toContain("tcpSocket");
});

describe("a non-root user", () => {
  const pod = podOf(complete("web", { runAsNonRoot: true }));
  const [container] = pod.containers;

  test("writes to /app/tmp and attachments alone", () => {
    expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: true });
    expect(pod.volumes.map(({ name }: Any) => name)).toEqual(["cache", "storage"]);
    expect(container.volumeMounts.map((it: Any) => it.mountPath)).toEqual(["/app/tmp", "/app/storage"]);
  });

  test("keeps temporary files in a private folder, made by the same image and user", () => {
    const values = Object.fromEntries(container.env.map(({ name, value }: Any) => [name, value]));
    expect(values).toMatchObject({ TMPDIR: "/app/tmp/private", HOME: "/app/tmp/private", BUNDLE_FROZEN: "true" });
    expect(pod.initContainers).toMatchObject([
      {
        image: container.image,
        command: ["mkdir", "-p", "-m", "700", values.TMPDIR],
        volumeMounts: [{ name: "cache", mountPath: "/app/tmp" }],
        securityContext: container.securityContext,
      },
    ]);
  });

  test("owns the volumes", () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 });
  });
});

test("root without capabilities and privilege escalation is the default", () => {
  const { pod, container, env, initContainers } = chatwootSecurity(false);
  expect(pod).toEqual({ seccompProfile: { type: "RuntimeDefault" } });
  expect(container).toEqual({ allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } });
  expect([env, initContainers("image")]).toEqual([[], []]);
});

test("the chart's other objects", () => {
  const object = { metadata: { name: "chatwoot", annotations: { own: "1" } } };
  const annotations = { own: "1", "pulumi.com/patchFieldManager": "chatwoot" };
  expect(completeObject("kubernetes:core/v1:ServiceAccount", object, args)).toEqual({
    metadata: { name: "chatwoot", annotations },
    automountServiceAccountToken: false,
  });
  expect(completeObject("kubernetes:core/v1:Secret", object, args)).toEqual({
    metadata: { name: "chatwoot", annotations },
  });
  expect(completeObject("kubernetes:core/v1:Service", object, args)).toEqual({
    metadata: { name: "chatwoot", annotations: { ...annotations, "pulumi.com/skipAwait": "true" } },
  });
});

test.each([
  ["kubernetes:batch/v1:Job", "chatwoot-migrate"],
  ["kubernetes:apps/v1:Deployment", "chatwoot-cable"],
  ["kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "chatwoot-web"],
])("a chart with %s %s is refused, with the version to use", (type, name) => {
  const problem = `chatwoot:kubernetes.chart: this chart creates ${type.split(":")[2]} ${name}`;
  expect(() => completeObject(type, { metadata: { name } }, args)).toThrow(problem);
  expect(() => completeObject(type, { metadata: { name } }, args)).toThrow(/Use version \d/);
});
