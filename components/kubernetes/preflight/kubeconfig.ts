import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { PreflightError } from "./problems.ts";

const key = "kubernetes.context";

/**
 * The kubeconfig of kubectl and the provider, with that context. Throws a `PreflightError` with the available contexts.
 */
export async function loadKubeconfig(context: string, env: NodeJS.ProcessEnv): Promise<KubeConfig> {
  // A second of loading that stacks without a cluster need not wait for.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const paths = kubeconfigPaths(env);
  const found = paths.filter((path) => existsSync(path));
  if (found.length === 0) {
    throw new PreflightError(context, [
      { key, message: `cannot be found: there is no kubeconfig at ${paths.join(" or ")}. Set KUBECONFIG to its path` },
    ]);
  }
  const merged = new KubeConfig();
  for (const path of found) {
    const one = new KubeConfig();
    try {
      one.loadFromFile(path);
    } catch (error) {
      throw new PreflightError(context, [
        { key, message: `cannot be read: ${path} is not a valid kubeconfig (${firstLine(error)}). Correct the file` },
      ]);
    }
    one.makePathsAbsolute(dirname(path));
    // The first of several equal names applies, as with kubectl.
    merge(merged, one);
  }
  const names = merged.contexts.map(({ name }) => name);
  if (!names.includes(context)) {
    const others = names.length === 0 ? "has no contexts" : `has ${names.join(", ")}`;
    throw new PreflightError(context, [
      {
        key,
        message: `is ${context}, but the kubeconfig ${others}. Set one of those, or set KUBECONFIG to another file`,
      },
    ]);
  }
  merged.setCurrentContext(context);
  if (merged.getCurrentCluster() === null) {
    throw new PreflightError(context, [
      {
        key,
        message: `is ${context}, whose cluster is not in the kubeconfig. Check it with \`kubectl config view\``,
      },
    ]);
  }
  return merged;
}

function kubeconfigPaths(env: NodeJS.ProcessEnv): string[] {
  const named = (env["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  return named.length > 0 ? named : [join(env["HOME"] ?? homedir(), ".kube", "config")];
}

function merge(into: KubeConfig, from: KubeConfig): void {
  const added = <T extends { name: string }>(known: readonly T[], more: readonly T[] | undefined): T[] => [
    ...known,
    ...(more ?? []).filter(({ name }) => !known.some((one) => one.name === name)),
  ];
  into.clusters = added(into.clusters ?? [], from.clusters);
  into.users = added(into.users ?? [], from.users);
  into.contexts = added(into.contexts ?? [], from.contexts);
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
