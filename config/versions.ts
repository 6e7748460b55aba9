/** Versions that this release is tested with. Renovate updates images by their names, and others by the marker above them. */
export const versions = {
  // Do not use v4.14.0: it rejects webhooks to private addresses, without an option to allow them.
  chatwootImage: "chatwoot/chatwoot:v4.16.2",
  // renovate: datasource=helm depName=chatwoot registryUrl=https://chatwoot.github.io/charts
  chatwootChart: "2.0.23",
  // Only the `standard` flavor contains pgvector.
  postgresImage:
    "ghcr.io/cloudnative-pg/postgresql:17.11-standard-trixie@sha256:91e0de662d53895a45f1396f4ee1a75daeb0c26fc87853afc9c8f43e01fdaa21",
  redisImage: "docker.io/library/redis:8.6.4-alpine",
  redisExporterImage: "docker.io/oliver006/redis_exporter:v1.88.0",
  oauth2ProxyImage: "quay.io/oauth2-proxy/oauth2-proxy:v7.15.3",
  // The Node.js version that the program is tested with.
  nodeImage: "docker.io/library/node:24.21.0-alpine",
  // The version of @pulumi/pulumi; a test compares them.
  pulumiImage: "docker.io/pulumi/pulumi:3.270.0-nonroot",
  // Options change between minor versions: compare the upgrade guide with log-shipper-config.ts.
  vectorImage: "docker.io/timberio/vector:0.57.0-alpine",
  // renovate: datasource=helm depName=cloudnative-pg registryUrl=https://cloudnative-pg.github.io/charts
  cloudNativePgChart: "0.29.0",
  // renovate: datasource=helm depName=plugin-barman-cloud registryUrl=https://cloudnative-pg.github.io/charts
  barmanPluginChart: "0.8.0",
  // renovate: datasource=helm depName=cert-manager registryUrl=https://charts.jetstack.io
  certManagerChart: "v1.21.2",
  // renovate: datasource=helm depName=external-secrets registryUrl=https://charts.external-secrets.io
  externalSecretsChart: "1.3.2",
  // renovate: datasource=github-releases depName=kubernetes-sigs/gateway-api
  gatewayApi: "v1.6.1",
  // renovate: datasource=github-releases depName=prometheus-operator/prometheus-operator
  prometheusOperator: "v0.94.0",
  // renovate: datasource=github-releases depName=kubernetes-sigs/metrics-server
  metricsServer: "v0.9.0",
  // renovate: datasource=github-releases depName=kedacore/keda
  keda: "v2.21.0",
} as const;

/** Chart repositories of the operators. */
export const operatorChartRepositories = {
  cloudNativePg: "https://cloudnative-pg.github.io/charts",
  certManager: "https://charts.jetstack.io",
  externalSecrets: "https://charts.external-secrets.io",
} as const;

/** Repository of the official Chatwoot chart. */
export const chatwootChartRepository = "https://chatwoot.github.io/charts";
