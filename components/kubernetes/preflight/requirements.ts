import type { CredentialsConfig } from "../../../config/schema/kubernetes/credentials.ts";
import { deployed } from "../../../config/schema/kubernetes/external.ts";
import type { Commands } from "./commands.ts";
import { entrance } from "./entrance.ts";
import { externalServers } from "./external-servers.ts";
import { gateway } from "./gateway.ts";
import { namespace, permissions } from "./permissions.ts";
import { podRequirements } from "./pods.ts";
import { kinds, oneOf, reading, secret, type PreflightSettings, type Requirement } from "./requirement.ts";
import { namespaceRules } from "./namespace-rules.ts";
import { network } from "./network.ts";
import { nodes } from "./nodes.ts";
import { upgrades } from "./upgrades.ts";
import { sharedVolume, volumeSizes } from "./volumes.ts";
import { operatorNamespaces } from "./whereabouts.ts";

/** The cluster's requirements for these settings, without those that `kubernetes.install` installs. */
export function requirements(settings: PreflightSettings, commands: Commands): Requirement[] {
  return [
    ...operators(settings, commands),
    ...storageClasses(settings, commands),
    ...sharedVolume(settings, commands),
    volumeSizes(settings, commands),
    nodes(settings, commands),
    ...podRequirements(settings, commands),
    ...externalServers(settings, commands),
    ...edge(settings, commands),
    ...entrance(settings, commands),
    ...operatorNamespaces(settings),
    ...network(settings),
    ...namespaceRules(settings, commands),
    ...credentials(settings, commands),
    ...upgrades(settings),
    namespace(settings, commands),
    permissions(settings, commands),
  ];
}

function operators({ kubernetes }: PreflightSettings, commands: Commands): Requirement[] {
  const { install, ingress, monitoring, scaling } = kubernetes;
  const postgres = deployed(kubernetes.postgres);
  const backup = postgres?.backup;
  const sources = [backup?.credentials, kubernetes.sso?.credentials];
  const issuer = ingress.mode === "none" ? undefined : ingress.clusterIssuer;
  const found: Requirement[] = [];
  const need = (key: string, group: string, plurals: readonly string[], of: string, install: string): void => {
    found.push(kinds(key, { group, plurals, of, install }));
  };

  // In the order of installation: the plugin needs the other two.
  if (!install.certManager && (issuer !== undefined || install.barmanPlugin)) {
    const key = issuer === undefined ? "kubernetes.install.barmanPlugin" : "kubernetes.ingress.clusterIssuer";
    need(key, "cert-manager.io/v1", ["certificates", "clusterissuers"], "cert-manager", commands.certManager);
  }
  if (postgres && !install.cloudNativePg) {
    const plurals = ["clusters", "databases", ...(backup ? ["scheduledbackups"] : [])];
    need("kubernetes.postgres", "postgresql.cnpg.io/v1", plurals, "CloudNativePG", commands.cloudNativePg);
  }
  if (backup && !install.barmanPlugin) {
    const of = "the Barman Cloud plugin of CloudNativePG";
    need("kubernetes.postgres.backup", "barmancloud.cnpg.io/v1", ["objectstores"], of, commands.barmanPlugin);
  }
  if (ingress.mode === "gateway") {
    const plurals = ["gateways", "httproutes"];
    need("kubernetes.ingress", "gateway.networking.k8s.io/v1", plurals, "the Gateway API", commands.gatewayApi);
  }
  if (monitoring) {
    const plurals = ["podmonitors", "prometheusrules"];
    const of = "the Prometheus operator";
    need("kubernetes.monitoring", "monitoring.coreos.com/v1", plurals, of, commands.prometheusOperator);
  }
  if (sources.some((source) => source?.from === "external")) {
    const key = `kubernetes.${backup?.credentials.from === "external" ? "postgres.backup" : "sso"}.credentials`;
    need(key, "external-secrets.io/v1", ["externalsecrets"], "External Secrets", commands.externalSecrets);
  }
  const [group] = Object.keys(scaling.groups);
  const scaled = scaling.worker ? "worker" : group === undefined ? undefined : `groups.${group}`;
  if (scaled) need(`kubernetes.scaling.${scaled}`, "keda.sh/v1alpha1", ["scaledobjects"], "KEDA", commands.keda);
  if (scaling.web) found.push(podMetrics(commands));
  return found;
}

/** Without these metrics an autoscaler does nothing, but the deployment works. */
function podMetrics(commands: Commands): Requirement {
  const metrics = reading("kubernetes.scaling.web", "/apis/metrics.k8s.io/v1beta1", ({ status }) =>
    status === 200
      ? undefined
      : "needs the metrics of pods, which the cluster does not have: until then web stays at web.count. " +
        `Install them: \`${commands.metricsServer}\``,
  );
  return { ...metrics, isOptional: true };
}

function storageClasses({ kubernetes, storage }: PreflightSettings, commands: Commands): Requirement[] {
  const postgres = deployed(kubernetes.postgres);
  const redis = deployed(kubernetes.redis);
  const wanted: [key: string, name: string][] = [
    ...(postgres ? [["kubernetes.postgres.storageClass", postgres.storageClass] as [string, string]] : []),
    ...(redis ? [["kubernetes.redis.storageClass", redis.storageClass] as [string, string]] : []),
    ...(storage.kind === "claim" ? [["storage.storageClass", storage.storageClass] as [string, string]] : []),
  ];
  const path = "/apis/storage.k8s.io/v1/storageclasses";
  const remedy = `Set one of \`${commands.kubectl("get", "storageclass")}\``;
  return wanted.map(([key, name]) => oneOf(key, { path, name, what: "storage class", remedy }));
}

function edge({ kubernetes: { ingress, namespace }, url }: PreflightSettings, commands: Commands): Requirement[] {
  if (ingress.mode === "none") return [];
  const way =
    ingress.mode === "gateway"
      ? gateway(ingress.gateway, { namespace, host: new URL(url).hostname }, commands)
      : oneOf("kubernetes.ingress.className", {
          path: "/apis/networking.k8s.io/v1/ingressclasses",
          name: ingress.className,
          what: "ingress class",
          remedy: `Set one of \`${commands.kubectl("get", "ingressclass")}\`, or install its controller`,
        });
  if (ingress.clusterIssuer === undefined) return [way];
  const issuer = oneOf("kubernetes.ingress.clusterIssuer", {
    path: "/apis/cert-manager.io/v1/clusterissuers",
    name: ingress.clusterIssuer,
    what: "ClusterIssuer",
    remedy:
      `Set one of \`${commands.kubectl("get", "clusterissuer")}\`, or create it by ` +
      `\`${commands.kubectl("apply", "--filename", "-")}\` from https://cert-manager.io/docs/configuration/acme/`,
  });
  return [way, issuer];
}

function credentials({ kubernetes }: PreflightSettings, commands: Commands): Requirement[] {
  const { sso, namespace } = kubernetes;
  const backup = deployed(kubernetes.postgres)?.backup;
  const of = (key: string, source: CredentialsConfig | undefined, keys: readonly string[]): Requirement[] => {
    if (source?.from === "existing") return [secret(key, { namespace, name: source.name, keys, commands })];
    if (source?.from === "copied") return [secret(key, { ...source, keys, commands })];
    if (source?.from !== "external") return [];
    const plural = source.storeKind === "SecretStore" ? `namespaces/${namespace}/secretstores` : "clustersecretstores";
    return [
      oneOf(`${key}.store`, {
        path: `/apis/external-secrets.io/v1/${plural}`,
        name: source.store,
        what: source.storeKind,
        remedy: `Set one of \`${commands.kubectl("get", source.storeKind.toLowerCase(), "--all-namespaces")}\``,
      }),
    ];
  };
  return [
    ...of("kubernetes.postgres.backup.credentials", backup?.credentials, ["ACCESS_KEY_ID", "ACCESS_SECRET_KEY"]),
    ...of("kubernetes.sso.credentials", sso?.credentials, ["client-id", "client-secret"]),
  ];
}
