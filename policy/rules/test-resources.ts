import { stringify } from "smol-toml";
import { stepCommand } from "../../components/driver/command.ts";
import type { Props, Resource } from "../resource.ts";

/** A resource of stack prod, with the stack's provider. */
export function resource(type: string, name: string, props: Props, more: Partial<Resource> = {}): Resource {
  const urn = `urn:pulumi:prod::chatwoot::${type}::${name}`;
  return { urn, type, name, props, protect: false, provider: "kubernetes", ...more };
}

const groups: Readonly<Record<string, string>> = {
  Deployment: "apps/v1",
  StatefulSet: "apps/v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
  Ingress: "networking.k8s.io/v1",
  HTTPRoute: "gateway.networking.k8s.io/v1",
  Cluster: "postgresql.cnpg.io/v1",
  PodDisruptionBudget: "policy/v1",
  HorizontalPodAutoscaler: "autoscaling/v2",
  ScaledObject: "keda.sh/v1alpha1",
  Role: "rbac.authorization.k8s.io/v1",
  RoleBinding: "rbac.authorization.k8s.io/v1",
};

/** A Kubernetes object in namespace chatwoot. */
export function object(kind: string, name: string, props: Props = {}, more: Partial<Resource> = {}): Resource {
  const apiVersion = groups[kind] ?? "v1";
  const type = `kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`;
  return resource(type, name, { apiVersion, kind, metadata: { name, namespace: "chatwoot" }, ...props }, more);
}

const probe = { httpGet: { path: "/health", port: 3000 } };

/** A container that passes every rule. */
export const container: Props = {
  name: "app",
  image: "docker.io/library/redis:8.6.4-alpine",
  ports: [{ containerPort: 3000 }],
  resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "64Mi" } },
  livenessProbe: probe,
  readinessProbe: probe,
  securityContext: {
    ...{ allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    ...{ readOnlyRootFilesystem: true, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  },
};

interface Workload {
  kind?: string;
  replicas?: number;
  container?: Props;
  pod?: Props;
  role?: string;
}

/** A workload that passes every rule, except for the given options. */
export function workload(
  name: string,
  { kind = "Deployment", replicas = 1, pod, role, ...own }: Workload = {},
): Resource {
  const labels = { app: name, "app.kubernetes.io/component": role ?? name };
  const spec = { automountServiceAccountToken: false, containers: [{ ...container, ...own.container }], ...pod };
  const template = { metadata: { labels }, spec };
  return object(kind, name, { spec: { replicas, selector: { matchLabels: { app: name } }, template } });
}

export const service = (name: string, of: string, spec: Props = {}): Resource =>
  object("Service", name, { spec: { selector: { app: of }, ports: [{ port: 80 }], ...spec } });

/** A step of the Fly driver. */
export function step(name: string, inputs: Record<string, string>, more: Props = {}, protect = false): Resource {
  const environment = Object.fromEntries(Object.entries(inputs).map(([key, value]) => [`STEP_${key}`, value]));
  const { interpreter, create } = stepCommand(name);
  const props = { interpreter, create, environment, ...more };
  return resource("command:local:Command", name, props, { protect, provider: "default_1_2_1" });
}

/** The release of an app whose fly.toml passes every rule, except for the given options. */
export function release(config: Props = {}): Resource {
  const toml = {
    app: "chat",
    build: { image: "chatwoot/chatwoot:v4.16.2" },
    processes: { web: "rails s", worker: "sidekiq" },
    http_service: { processes: ["web"], internal_port: 3000, force_https: true, checks: [{ path: "/health" }] },
    checks: { worker: { processes: ["worker"], type: "http", port: 7433, path: "/" } },
    ...config,
  };
  return step("deployment", { APP: "chat", MACHINE_CONFIG: stringify(toml) });
}

export const database = (spec: Props, protect = true): Resource =>
  object("Cluster", "chatwoot-db", { spec }, { protect });
export const random = (name: string, props: Props, protect = false): Resource =>
  resource("random:index/randomPassword:RandomPassword", name, props, { protect });
