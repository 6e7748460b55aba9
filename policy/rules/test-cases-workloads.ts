import type { Props, Resource } from "../resource.ts";
import type { Case } from "./test-cases-closed.ts";
import { container, database, object, release, service, step, workload } from "./test-resources.ts";

const budget = (name: string, spec: Props = { maxUnavailable: 1 }): Resource =>
  object("PodDisruptionBudget", name, { spec: { selector: { matchLabels: { app: name } }, ...spec } });
const heldOnOneNode = (name: string): Props => ({
  affinity: {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: name } } },
      ],
    },
  },
});
const spread = (name: string): Props => ({
  topologySpreadConstraints: [{ topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: name } } }],
});
const autoscaler = (name: string, maxReplicas: number): Resource =>
  object("HorizontalPodAutoscaler", name, { spec: { scaleTargetRef: { kind: "Deployment", name }, maxReplicas } });
const tiers = (web: { most: number; threads: string }, maxWorkers: number): Resource[] => [
  object("ConfigMap", "settings", { data: { RAILS_MAX_THREADS: web.threads, SIDEKIQ_CONCURRENCY: "10" } }),
  workload("web", { role: "web", container: { envFrom: [{ configMapRef: { name: "settings" } }] } }),
  workload("worker", { role: "worker", container: { envFrom: [{ configMapRef: { name: "settings" } }] } }),
  workload("prepare", { kind: "Job", role: "preparation" }),
  autoscaler("web", web.most),
  object("ScaledObject", "worker", { spec: { scaleTargetRef: { name: "worker" }, maxReplicaCount: maxWorkers } }),
];
const connections = (count: string): Resource => database({ postgresql: { parameters: { max_connections: count } } });
const scale = (poolLimit: number): Resource =>
  step("scale", {
    SCALING: JSON.stringify({
      poolLimit,
      demand: { web: { count: 1, threads: 5 }, worker: { count: 1, concurrency: 10 }, preparation: 1 },
    }),
  });

/** Images, pods, and how many of them. */
export const workloadCases: Readonly<Record<string, Case>> = {
  "exact-image-tags": {
    passes: [
      workload("redis"),
      workload("digest", { container: { image: `registry:5000/app@sha256:${"0".repeat(64)}` } }),
      database({ imageName: "ghcr.io/cloudnative-pg/postgresql:17.11-standard-trixie" }),
      release(),
    ],
    breaks: [
      [
        [workload("a", { container: { image: "chatwoot/chatwoot" } })],
        [
          "spec.template.spec.containers[0].image: image chatwoot/chatwoot has no tag, which means latest. Use the full version.",
        ],
      ],
      [
        [workload("a", { kind: "Job", container: { image: "chatwoot/chatwoot:latest" } })],
        [
          "spec.template.spec.containers[0].image: image chatwoot/chatwoot:latest has a tag that is no version. Use the full version.",
        ],
      ],
      [
        [
          workload("a", { pod: { initContainers: [{ name: "first", image: "registry:5000/redis:8" }] } }),
          database({ imageName: "ghcr.io/cloudnative-pg/postgresql:17" }),
          database({}),
          release({ build: { image: "chatwoot/chatwoot:v4.16" } }),
        ],
        [
          "spec.template.spec.initContainers[0].image: image registry:5000/redis:8 has a mutable tag. Use the full version or a digest.",
          "spec.imageName: image ghcr.io/cloudnative-pg/postgresql:17 has a mutable tag. Use the full version or a digest.",
          "container of the database: the image is missing, so something else chooses the version. Set it with its full version.",
          "fly.toml build.image: image chatwoot/chatwoot:v4.16 has a mutable tag. Use the full version or a digest.",
        ],
      ],
    ],
  },
  "container-resources": {
    passes: [workload("a"), database({ resources: container["resources"] })],
    breaks: [
      [
        [
          workload("a", { kind: "CronJob" }),
          object("CronJob", "drill", {
            spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: "drill" }] } } } } },
          }),
          workload("b", { container: { resources: { requests: { cpu: "1", memory: "1Gi" } } } }),
          database({}),
        ],
        [
          "container drill has no requests.cpu, requests.memory, limits.memory. Set them in resources.",
          "container app has no limits.memory. Set them in resources.",
          "the database's pod has no requests.cpu, requests.memory, limits.memory. Set them in resources.",
        ],
      ],
    ],
  },
  "health-probes": {
    passes: [
      workload("web"),
      service("web", "web"),
      workload("worker", { container: { readinessProbe: undefined } }),
      workload("prepare", { kind: "Job", container: { livenessProbe: undefined } }),
      release(),
    ],
    breaks: [
      [
        [
          workload("web", { container: { readinessProbe: undefined } }),
          service("web", "web"),
          workload("worker", { container: { livenessProbe: undefined } }),
          release({ checks: {} }),
          release({ processes: {}, http_service: { internal_port: 1, force_https: true } }),
        ],
        [
          "container app has no readinessProbe although a Service selects it. Add one.",
          "container app has no livenessProbe. Add one.",
          "process group worker has no check in fly.toml. Add one.",
          "process group app has no check in fly.toml. Add one.",
        ],
      ],
    ],
  },
  "disruption-budget": {
    passes: [workload("web", { replicas: 2 }), budget("web"), workload("redis"), database({ instances: 2 })],
    breaks: [
      [
        [
          workload("web", { replicas: 2 }),
          workload("worker"),
          autoscaler("worker", 4),
          budget("other", { minAvailable: "100%" }),
          database({ instances: 2, enablePDB: false }),
        ],
        [
          "has up to 2 pods and no PodDisruptionBudget. Add one.",
          "has up to 4 pods and no PodDisruptionBudget. Add one.",
          "allows another number of evictions than one. Set maxUnavailable: 1 alone.",
          "has several instances and enablePDB: false. Remove enablePDB.",
        ],
      ],
    ],
  },
  "spread-over-nodes": {
    passes: [
      workload("web", { replicas: 2, pod: spread("web") }),
      workload("worker", { replicas: 2, pod: heldOnOneNode("worker") }),
      workload("redis"),
      database({ instances: 2, affinity: { enablePodAntiAffinity: true } }),
    ],
    breaks: [
      [
        [
          workload("web", { replicas: 2 }),
          workload("worker", { pod: heldOnOneNode("web") }),
          autoscaler("worker", 3),
          database({ instances: 2, affinity: { enablePodAntiAffinity: false } }),
        ],
        Array<string>(3).fill("has several pods that can run on one node. Add topologySpreadConstraints."),
      ],
    ],
  },
  "connection-budget": {
    passes: [connections("100"), ...tiers({ most: 3, threads: "5" }, 3), scale(15)],
    breaks: [
      [
        [connections("100"), ...tiers({ most: 6, threads: "5" }, 4)],
        [
          "max_connections is 100, of which 90 are for Chatwoot, but at maximum scale it needs more: " +
            "web (6 + 2) x 5 + worker (4 + 2) x 10 + preparation 1 = 101. Raise max_connections, or lower the autoscalers' maximum.",
        ],
      ],
      [
        [scale(14)],
        [
          "the pool allows 14 clients, but Chatwoot needs more: web 1 x 5 + worker 1 x 10 = 15. Raise chatwoot:database.poolLimit, or lower web.threads or worker.concurrency.",
        ],
      ],
    ],
  },
  "pod-security": {
    passes: [workload("a")],
    breaks: [
      [
        [
          workload("a", {
            pod: { hostNetwork: true, volumes: [{ name: "node", hostPath: { path: "/" } }] },
            container: {
              ports: [{ containerPort: 80, hostPort: 80 }],
              securityContext: { privileged: true, capabilities: { add: ["SYS_ADMIN", "NET_BIND_SERVICE"] } },
            },
          }),
        ],
        [
          "the pod has hostNetwork. Remove it.",
          "volume node is of type hostPath. Use a claim or an emptyDir.",
          "container app is privileged. Remove privileged.",
          "container app can escalate privileges. Set allowPrivilegeEscalation: false.",
          "container app keeps default capabilities. Drop ALL.",
          "container app has the capability SYS_ADMIN. Remove it.",
          "container app has no seccomp profile. Set RuntimeDefault.",
          "container app can change its image. Set readOnlyRootFilesystem: true.",
          "container app may run as root. Set runAsNonRoot: true.",
          "container app uses port 80 of the node. Remove hostPort.",
        ],
      ],
    ],
  },
  "service-account-tokens": {
    passes: [
      workload("web"),
      workload("drill", { pod: { automountServiceAccountToken: true, serviceAccountName: "drill" } }),
      object("RoleBinding", "drill", { subjects: [{ kind: "ServiceAccount", name: "drill" }] }),
      object("ServiceAccount", "none", { automountServiceAccountToken: false }),
    ],
    breaks: [
      [
        [
          workload("web", { pod: { automountServiceAccountToken: undefined } }),
          workload("other", { pod: { automountServiceAccountToken: true, serviceAccountName: "none" } }),
          object("ServiceAccount", "none", { automountServiceAccountToken: false }),
        ],
        [
          "its pods do not refuse the token of account default, which has no Role in this stack. Set automountServiceAccountToken: false.",
          "its pods do not refuse the token of account none, which has no Role in this stack. Set automountServiceAccountToken: false.",
        ],
      ],
    ],
  },
};
