/** Dependencies of the Kubernetes provider, and time limits that tests shorten. */
export interface KubernetesOptions {
  /** Returns the path of a helm binary; called on first use, because it may have to be built. */
  helm?: () => Promise<string>;
  /** The environment for defaults such as KUBECONFIG. */
  env?: NodeJS.ProcessEnv;
  /** Wait before the first retry of a creation whose kind or namespace is missing; doubled each time. */
  retryDelayMs?: number;
  /** How long a Service's endpoints must stay unchanged. */
  settleMs?: number;
  /** Time limit of one request. */
  requestTimeoutMs?: number;
  /** Time limit of one helm run. */
  helmTimeoutMs?: number;
}

export type Settings = Required<Omit<KubernetesOptions, "helm">> & Pick<KubernetesOptions, "helm">;

export function settingsOf(options: KubernetesOptions = {}): Settings {
  const env = options.env ?? process.env;
  const fromEnv = Number(env["SANDBOX_K8S_RETRY_DELAY_MS"]);
  return {
    env,
    retryDelayMs: fromEnv > 0 ? fromEnv : 1000,
    settleMs: 10_000,
    requestTimeoutMs: 30_000,
    helmTimeoutMs: 300_000,
    ...options,
  };
}
