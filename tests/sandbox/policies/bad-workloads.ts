import type { BadChange } from "./stacks.ts";

/* Changes that break a rule, written from its one-line promise. */

const job = {
  backoffLimit: 0,
  template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "busybox:1.37.0" }] } },
};
const web = "chatwoot-web";
const proxy = "sso-proxy";

export const badWorkloads: Record<string, BadChange[]> = {
  "container-resources": [
    ["no request of CPU", (s) => delete s.container("Deployment", web).resources.requests.cpu],
    ["no request of memory", (s) => delete s.container("StatefulSet").resources.requests.memory],
    ["no limit", (s) => delete s.container("Deployment", proxy).resources.limits],
    ["no resources", (s) => delete s.container("Job").resources],
    ["nothing requested", (s) => (s.container("Deployment", web).resources.requests = { cpu: "0", memory: "0Mi" })],
    ["a limit of nothing", (s) => (s.container("CronJob").resources.limits.memory = 0)],
    ["a sidecar without", (s) => s.pod("Deployment", web).containers.push({ name: "side", image: "a:1.0.0" })],
    ["an init container without", (s) => (s.pod("StatefulSet").initContainers = [{ name: "init", image: "a:1.0.0" }])],
    ["the database without", (s) => delete s.spec("Cluster").resources],
    ["the database without a limit", (s) => delete s.spec("Cluster").resources.limits],
    ["a pod of a custom resource", (s) => s.add("keda.sh/v1alpha1", "ScaledJob", { spec: { jobTargetRef: job } })],
  ],
  "health-probes": [
    ["no liveness", (s) => delete s.container("Deployment", web).livenessProbe],
    ["no readiness", (s) => delete s.container("Deployment", proxy).readinessProbe],
    ["always well", (s) => (s.container("Deployment", web).livenessProbe = { exec: { command: ["true"] } })],
    [
      "always well, by a shell",
      (s) => (s.container("StatefulSet").livenessProbe.exec.command = ["sh", "-c", "redis-cli ping || true"]),
    ],
    ["once a day", (s) => (s.container("Deployment", web).livenessProbe.periodSeconds = 86_400)],
    ["never gives up", (s) => (s.container("Deployment", proxy).livenessProbe.failureThreshold = 1_000_000)],
    ["asks another host", (s) => (s.container("Deployment", web).readinessProbe.httpGet.host = "example.com")],
    ["asks nothing", (s) => (s.container("Deployment", web).readinessProbe = {})],
    [
      "a sidecar without",
      (s) =>
        s.pod("Deployment", web).containers.push({ name: "side", image: "a:1.0.0", ports: [{ containerPort: 1 }] }),
    ],
    [
      "Fly's web without a check",
      (s) => s.toml("deployment-release", (t) => t.replaceAll(/\[\[http_service\.checks\]\][^[]*/g, "")),
      "staging",
    ],
    [
      "Fly's Redis without a check",
      (s) => s.toml("redis-deployment-release", (t) => t.replace(/\[checks\.redis\][^[]*/, "")),
      "staging",
    ],
  ],
  "disruption-budget": [
    ["none", (s) => s.remove("PodDisruptionBudget", web)],
    ["no eviction", (s) => (s.spec("PodDisruptionBudget", web).maxUnavailable = 0)],
    ["no eviction, in per cent", (s) => (s.spec("PodDisruptionBudget", web).maxUnavailable = "0%")],
    ["all at once", (s) => (s.spec("PodDisruptionBudget", web).maxUnavailable = "100%")],
    [
      "by a minimum of all",
      (s) => {
        const spec = s.spec("PodDisruptionBudget", web);
        delete spec.maxUnavailable;
        spec.minAvailable = 2;
      },
    ],
    [
      "by a minimum of none",
      (s) => {
        const spec = s.spec("PodDisruptionBudget", web);
        delete spec.maxUnavailable;
        spec.minAvailable = 0;
      },
    ],
    ["for other pods", (s) => (s.spec("PodDisruptionBudget", web).selector.matchLabels = { app: "other" })],
    ["for every pod", (s) => (s.spec("PodDisruptionBudget", web).selector = {})],
    ["in another namespace", (s) => (s.props("PodDisruptionBudget", web)["metadata"].namespace = "other")],
    [
      "two for the same pods",
      (s) =>
        s.add("policy/v1", "PodDisruptionBudget", {
          spec: structuredClone(s.spec("PodDisruptionBudget", web)) as object,
        }),
    ],
    ["the database without", (s) => (s.spec("Cluster").enablePDB = false)],
  ],
  "spread-over-nodes": [
    ["no constraint", (s) => delete s.pod("Deployment", web).topologySpreadConstraints],
    [
      "over what every node shares",
      (s) => (s.pod("Deployment", web).topologySpreadConstraints[0].topologyKey = "kubernetes.io/os"),
    ],
    [
      "for other pods",
      (s) => (s.pod("Deployment", web).topologySpreadConstraints[0].labelSelector.matchLabels = { app: "other" }),
    ],
    ["for no pods", (s) => delete s.pod("Deployment", web).topologySpreadConstraints[0].labelSelector],
    ["as uneven as you like", (s) => (s.pod("Deployment", web).topologySpreadConstraints[0].maxSkew = 100)],
    ["on one node by name", (s) => (s.pod("Deployment", web).nodeName = "node-1")],
    ["on one node by label", (s) => (s.pod("Deployment", proxy).nodeSelector = { "kubernetes.io/hostname": "node-1" })],
    ["the database together", (s) => (s.spec("Cluster").affinity.enablePodAntiAffinity = false)],
    ["the database over what nodes share", (s) => (s.spec("Cluster").affinity.topologyKey = "kubernetes.io/arch")],
  ],
};
