import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import type { KubernetesConfig } from "./config.ts";

export interface Connection {
  kubeConfig: KubeConfig;
  /** The namespace of objects that set none. */
  namespace: string;
}

const setupHint =
  "unable to load Kubernetes client configuration from kubeconfig file. Make sure you have: \n\n" +
  " \t • set up the provider as per https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ \n\n ";

/**
 * The connection of the configuration: its kubeconfig (a path or the text), otherwise $KUBECONFIG, otherwise the one in
 * the home folder. An in-cluster configuration is never used.
 */
export function loadConnection(config: KubernetesConfig, env: NodeJS.ProcessEnv, projectDir: string): Connection {
  const kubeConfig = new KubeConfig();
  if (config.kubeconfig) loadText(kubeConfig, config.kubeconfig, projectDir);
  else loadAmbient(kubeConfig, env);

  if (config.context) {
    if (!kubeConfig.getContextObject(config.context))
      throw new Error(`${setupHint}context "${config.context}" does not exist`);
    kubeConfig.setCurrentContext(config.context);
  }
  const context = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
  if (context && config.cluster) {
    const chosen = { ...context, cluster: config.cluster };
    kubeConfig.contexts = kubeConfig.contexts.map((item) => (item.name === context.name ? chosen : item));
  }
  if (!kubeConfig.getCurrentCluster()) {
    throw new Error(
      `${setupHint}invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable`,
    );
  }
  return { kubeConfig, namespace: config.namespace || context?.namespace || "default" };
}

function loadText(kubeConfig: KubeConfig, pathOrText: string, projectDir: string): void {
  const home = homedir();
  const expanded =
    pathOrText === "~" ? home : pathOrText.startsWith("~/") ? join(home, pathOrText.slice(2)) : pathOrText;
  const path = isAbsolute(expanded) ? expanded : resolve(projectDir, expanded);
  try {
    if (!expanded.includes("\n") && existsSync(path)) loadFile(kubeConfig, path);
    else {
      kubeConfig.loadFromString(expanded);
      // The path of a file that is not on this machine is read as the text of a kubeconfig.
      if (kubeConfig.clusters.length === 0 && !expanded.includes(":"))
        throw new Error("it is neither a file nor a kubeconfig");
    }
  } catch (error) {
    throw new Error(
      `failed to parse kubeconfig data in \`kubernetes:config:kubeconfig\`- ${(error as Error).message}`,
      { cause: error },
    );
  }
}

/** Certificate paths in a kubeconfig are relative to its folder. */
function loadFile(kubeConfig: KubeConfig, path: string): void {
  kubeConfig.loadFromFile(path);
  kubeConfig.makePathsAbsolute(dirname(path));
}

function loadAmbient(kubeConfig: KubeConfig, env: NodeJS.ProcessEnv): void {
  const named = (env["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  const paths = (named.length > 0 ? named : [join(env["HOME"] ?? homedir(), ".kube", "config")]).filter((path) =>
    existsSync(path),
  );
  for (const [index, path] of paths.entries()) {
    if (index === 0) loadFile(kubeConfig, path);
    else {
      const next = new KubeConfig();
      loadFile(next, path);
      kubeConfig.mergeConfig(next);
    }
  }
}
