import { operatorChartRepositories, versions } from "../../../config/versions.ts";

/** A word of a command for a POSIX shell. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Commands that fix the cluster, ready to copy: they name the stack's context. */
export function commandsFor(context: string, { operatorNamespace }: { operatorNamespace: string }) {
  const kubectl = (...words: string[]): string => ["kubectl", "--context", context, ...words].map(quote).join(" ");
  const apply = (url: string): string => kubectl("apply", "--server-side", "--filename", url);
  const helm = (chart: { name: string; repository: string; version: string; namespace: string }, ...more: string[]) =>
    [
      ...["helm", "install", "--kube-context", context, chart.name, chart.name, "--repo", chart.repository],
      ...["--version", chart.version, "--namespace", chart.namespace, "--create-namespace", ...more],
    ]
      .map(quote)
      .join(" ");
  const release = (repository: string, version: string, file: string): string =>
    `https://github.com/${repository}/releases/download/${version}/${file}`;
  const cnpg = { repository: operatorChartRepositories.cloudNativePg, namespace: operatorNamespace };

  return {
    kubectl,
    cloudNativePg: helm({ ...cnpg, name: "cloudnative-pg", version: versions.cloudNativePgChart }),
    barmanPlugin: helm({ ...cnpg, name: "plugin-barman-cloud", version: versions.barmanPluginChart }),
    certManager: helm(
      {
        name: "cert-manager",
        repository: operatorChartRepositories.certManager,
        version: versions.certManagerChart,
        namespace: "cert-manager",
      },
      "--set",
      "crds.enabled=true",
    ),
    externalSecrets: helm({
      name: "external-secrets",
      repository: operatorChartRepositories.externalSecrets,
      version: versions.externalSecretsChart,
      namespace: "external-secrets",
    }),
    gatewayApi: apply(release("kubernetes-sigs/gateway-api", versions.gatewayApi, "standard-install.yaml")),
    prometheusOperator: apply(
      release("prometheus-operator/prometheus-operator", versions.prometheusOperator, "bundle.yaml"),
    ),
    metricsServer: apply(release("kubernetes-sigs/metrics-server", versions.metricsServer, "components.yaml")),
    keda: apply(release("kedacore/keda", versions.keda, `keda-${versions.keda.slice(1)}.yaml`)),
  };
}

export type Commands = ReturnType<typeof commandsFor>;
