import { rules } from "../pack.ts";
import type { Props, Resource } from "../resource.ts";
import { closedCases, type Case } from "./test-cases-closed.ts";
import { container, object, release, resource, service, step, workload } from "./test-resources.ts";

const database = (spec: Props, protect = true): Resource => object("Cluster", "chatwoot-db", { spec }, { protect });
const command = (props: Props): Resource => resource("command:local:Command", "command", props);
const random = (name: string, props: Props, protect = false): Resource =>
  resource("random:index/randomPassword:RandomPassword", name, props, { protect });
const chartSecret = (data: Props): Resource =>
  object(
    "Secret",
    "chatwoot-env",
    { data },
    {
      urn: "urn:pulumi:prod::chatwoot::chatwoot:kubernetes:Chatwoot$kubernetes:helm.sh/v4:Chart$kubernetes:core/v1:Secret::env",
    },
  );
const base64 = (text: string): string => Buffer.from(text).toString("base64");
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

const gate = (...args: string[]): Resource =>
  workload("gate", { container: { image: "quay.io/oauth2-proxy/oauth2-proxy:v7.15.3", args } });
const ingress = (path: string, name: string, spec: Props = {}): Resource =>
  object("Ingress", "chatwoot", {
    spec: {
      tls: [{ hosts: ["chat.example.com"], secretName: "tls" }],
      rules: [
        {
          host: "chat.example.com",
          http: { paths: [{ path, backend: { service: { name, port: { number: 4180 } } } }] },
        },
      ],
      ...spec,
    },
  });
const route = (value: string, name: string): Resource =>
  object("HTTPRoute", "chatwoot", {
    spec: { rules: [{ matches: [{ path: { type: "PathPrefix", value } }], backendRefs: [{ name, port: 4180 }] }] },
  });

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

const own: Readonly<Record<string, Case>> = {
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
  "no-service-outside": {
    passes: [service("web", "web"), service("redis", "redis", { clusterIP: "None" })],
    breaks: [
      [
        [
          service("chatwoot", "web", { type: "LoadBalancer" }),
          service("node", "web", { type: "NodePort" }),
          service("ip", "web", { externalIPs: ["192.0.2.1"] }),
        ],
        [
          "Service chatwoot is of type LoadBalancer, which bypasses the ingress. Set type: ClusterIP.",
          "Service node is of type NodePort, which bypasses the ingress. Set type: ClusterIP.",
          "Service ip has externalIPs, which can publish it. Remove it.",
        ],
      ],
    ],
  },
  "public-routes": {
    passes: [
      gate("--skip-auth-route=GET=^/health$"),
      service("gate", "gate"),
      ingress("/", "gate"),
      route("/", "gate"),
    ],
    breaks: [
      [
        [
          gate("--skip-auth-route=^/app/"),
          service("gate", "gate"),
          service("web", "web"),
          ingress("/api", "web"),
          route("/rails", "web"),
        ],
        [
          "lets ^/app/ through, which is not in the table of public routes. Add it to the table.",
          "routes /api to web:4180, bypassing single sign-on. Route it to gate:4180.",
          "routes /rails to web:4180, bypassing single sign-on. Route it to gate:4180.",
        ],
      ],
      [
        [resource("chatwoot:kubernetes:SingleSignOn", "sso", {})],
        ["has no proxy, so nothing asks for single sign-on. Add it again."],
      ],
    ],
  },
  "tls-at-the-edge": {
    passes: [ingress("/", "gate"), release()],
    breaks: [
      [
        [
          ingress("/", "gate", { tls: undefined }),
          release({ http_service: { internal_port: 3000, force_https: false } }),
          release({ services: [{ internal_port: 6379, ports: [{ port: 6379 }] }] }),
        ],
        [
          "has no certificate for chat.example.com. Add it to spec.tls.",
          "fly.toml answers plain http. Set force_https = true.",
          "fly.toml opens port 6379 without TLS. Add the handler tls, or remove the port.",
        ],
      ],
    ],
  },
  "protected-data": {
    passes: [
      database({}),
      object("PersistentVolumeClaim", "data", {}, { protect: true }),
      random("secrets-secret-key-base", {}, true),
      random("sso-cookie-secret", {}),
      step("app", { APP: "chat" }, {}, true),
      step("app", { APP: "chat-logs" }),
      workload("stateless", { kind: "StatefulSet" }),
    ],
    breaks: [
      [
        [
          database({}, false),
          object("PersistentVolumeClaim", "data"),
          object("Namespace", "chatwoot"),
          workload("redis", {
            kind: "StatefulSet",
            pod: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
          }),
          random("secrets-encryption-primary-key", {}),
          step("app", { APP: "chat" }),
          step("redis", { APP: "chat" }),
          step("bucket", { APP: "chat" }),
        ],
        [
          "the database is not protected. Set protect: true.",
          "the claim is not protected. Set protect: true.",
          "the namespace, with everything in it, is not protected. Set protect: true.",
          "a server with a claim is not protected. Set protect: true.",
          "the key is not protected. Set protect: true.",
          "app chat is not protected. Set protect: true.",
          "Redis is not protected. Set protect: true.",
          "the bucket is not protected. Set protect: true.",
        ],
      ],
    ],
  },
  "no-triggers-with-delete": {
    passes: [command({ create: "a", delete: "b" }), command({ create: "a", triggers: [1] })],
    breaks: [
      [
        [command({ create: "a", delete: "b", triggers: [] })],
        ["has triggers and a delete: the next change would delete what it created. Remove triggers."],
      ],
    ],
  },
  "secrets-by-reference": {
    passes: [
      workload("a", {
        container: {
          env: [
            { name: "PGPASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
            { name: "REDIS_URL", value: "redis://:$(REDIS_PASSWORD)@redis:6379" },
            { name: "PASSWORD_FILE", value: "/run/password" },
            { name: "SMTP_PASSWORD", value: "" },
          ],
        },
      }),
      object("ConfigMap", "settings", { data: { REDIS_URL: "redis://redis:6379", PGSSLMODE: "verify-full" } }),
      release({ env: { RAILS_ENV: "production" } }),
      step("secrets", { SECRET_NAMES: "A\nB" }),
    ],
    breaks: [
      [
        [
          workload("a", { container: { env: [{ name: "SMTP_PASSWORD", value: "hunter2" }] } }),
          object("ConfigMap", "settings", { data: { REDIS_URL: "redis://:hunter2@redis:6379" } }),
          release({ env: { SECRET_KEY_BASE: "hunter2" } }),
          step("secrets", { API_TOKEN: "hunter2" }),
        ],
        [
          "container app: SMTP_PASSWORD is a plain value. Refer to a Secret.",
          "ConfigMap: REDIS_URL is a plain value. Refer to a Secret.",
          "fly.toml: SECRET_KEY_BASE is a plain value. Refer to a Secret.",
          "environment: STEP_API_TOKEN is a plain value. Refer to a Secret.",
        ],
      ],
    ],
  },
  "no-secret-in-the-open": {
    passes: [
      random("key", { result: "generated-value" }),
      object("Secret", "a", {
        stringData: { password: "generated-value" },
        data: { token: base64("configured-value") },
      }),
      step("secrets", { APP: "chat" }, { stdin: "generated-value", stdout: "configured-value" }),
    ],
    breaks: [
      [
        [
          random("key", { result: "generated-value" }),
          object("Secret", "held", { data: { "auth-token": base64("held-value-of-it") } }),
          workload("a", { container: { args: ["--quiet", "--key=generated-value"] } }),
          object("ConfigMap", "b", { data: { "redis.conf": "requirepass held-value-of-it\n" } }),
          object("Secret", "c", { metadata: { name: "c", annotations: { note: "configured-value" } } }),
          step("app", { APP: "chat" }, { create: "curl -H configured-value" }),
        ],
        [
          "spec.template.spec.containers[0].args[1] contains a secret. Refer to a Secret instead.",
          "data.redis.conf contains a secret. Refer to a Secret instead.",
          "metadata.annotations.note contains a secret. Refer to a Secret instead.",
          "create contains a secret. Refer to a Secret instead.",
        ],
      ],
    ],
  },
  "no-secret-in-chart-values": {
    passes: [
      chartSecret({ RAILS_ENV: base64("production"), REDIS_URL: base64("redis://:$(REDIS_PASSWORD)@redis:6379") }),
      resource("kubernetes:helm.sh/v3:Release", "chart", {
        values: {
          existingEnvSecret: "secrets",
          auth: { existingSecret: "db", secretKeys: { adminPasswordKey: "password" } },
        },
      }),
    ],
    breaks: [
      [
        [
          chartSecret({ POSTGRES_PASSWORD: base64("postgres"), NOTE: base64("the configured-value") }),
          resource("kubernetes:helm.sh/v3:Release", "chart", {
            values: { env: { SECRET_KEY_BASE: "placeholder" }, redis: { auth: { password: "redis" } } },
          }),
        ],
        [
          "data.POSTGRES_PASSWORD is a secret in the chart's values. Pass the name of a Secret.",
          "data.NOTE is a secret in the chart's values. Pass the name of a Secret.",
          "values.env.SECRET_KEY_BASE is a secret in the chart's values. Pass the name of a Secret.",
          "values.redis.auth.password is a secret in the chart's values. Pass the name of a Secret.",
        ],
      ],
    ],
  },
  "secret-length": {
    passes: [random("key", { length: 32 })],
    breaks: [[[random("key", { length: 12 })], ["has 12 characters, below the minimum of 24. Set length: 24."]]],
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
  "no-wildcard-roles": {
    passes: [
      object("Role", "a", {
        rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: ["a"], verbs: ["get"] }],
      }),
      object("ServiceAccount", "c", { automountServiceAccountToken: false }),
      object("RoleBinding", "b", {
        roleRef: { kind: "Role", name: "a" },
        subjects: [{ kind: "ServiceAccount", name: "c" }],
      }),
    ],
    breaks: [
      [
        [
          object("Role", "a", { rules: [{ apiGroups: [""], resources: ["*"], verbs: ["*"] }] }),
          object("RoleBinding", "b", { roleRef: { kind: "ClusterRole", name: "cluster-admin" } }),
        ],
        [
          "allows the verb *. List the needed ones.",
          "allows *, which was not reviewed. Remove it.",
          "names no objects. Set resourceNames.",
          "binds to ClusterRole cluster-admin, which is no Role of the stack. Use one.",
        ],
      ],
    ],
  },
  "explicit-namespace": {
    passes: [workload("a"), object("Namespace", "chatwoot", { metadata: { name: "chatwoot" } })],
    breaks: [
      [
        [
          object("ConfigMap", "a", { metadata: { name: "a" } }),
          object("Secret", "b", { metadata: { name: "b", namespace: "default" } }),
          object("Secret", "c", { metadata: { name: "c", namespace: "kube-system" } }),
        ],
        [
          "ConfigMap has no namespace. Set metadata.namespace.",
          "Secret is in namespace default. Use the stack's namespace.",
          "Secret is in namespace kube-system. Use the stack's namespace.",
        ],
      ],
    ],
  },
  "explicit-provider": {
    passes: [workload("a"), random("key", { length: 32 })],
    breaks: [
      [
        [object("ConfigMap", "a", {}, { provider: "default_4_34_2" })],
        ["uses the default provider, and so the deployer's current context. Pass the stack's provider."],
      ],
    ],
  },
};

/** By rule, in the order of the pack. */
export const cases: Readonly<Record<string, Case>> = Object.fromEntries(
  rules.map(({ name }) => [name, { ...own, ...closedCases }[name]!]),
);
