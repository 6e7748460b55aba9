import type { DiffResult, PropertyChange } from "../../provider.ts";
import { equal, unknownMarker, type Props, type Value } from "../../values.ts";
import { readConfig } from "./config.ts";
import { loadConnection } from "./kubeconfig.ts";

const connection = ["kubeconfig", "context", "cluster"];

function activeCluster(config: Props, env: NodeJS.ProcessEnv, projectDir: string): Value {
  // A provider without a kubeconfig uses the user's current one, whose earlier content is unknown.
  if (config["kubeconfig"] === undefined || config["kubeconfig"] === "") return undefined;
  try {
    return loadConnection(readConfig(config, env), env, projectDir).kubeConfig.getCurrentCluster() ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * Another cluster cannot manage the objects of this one. Clusters have no identity, so a changed kubeconfig entry counts
 * as another cluster, unless the program sets `clusterIdentifier`.
 */
export function diffConfig(olds: Props, news: Props, env: NodeJS.ProcessEnv, projectDir: string): DiffResult {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (name) => !equal(olds[name], news[name]),
  );
  const [oldId, newId]: Value[] = [olds["clusterIdentifier"], news["clusterIdentifier"]];
  const replaces = new Set<string>();
  if (oldId !== undefined && newId !== undefined && oldId !== newId) replaces.add("clusterIdentifier");
  if (newId === undefined || oldId !== newId) {
    const unknown = connection.filter((name) => news[name] === unknownMarker);
    const [before, after] = [olds, news].map((config) => activeCluster(config, env, projectDir));
    const moved = unknown.length === 0 && before !== undefined && after !== undefined && !equal(before, after);
    for (const name of moved ? connection : unknown) if (names.includes(name)) replaces.add(name);
  }
  const changes = names.map((name): PropertyChange => {
    const kind = olds[name] === undefined ? "add" : news[name] === undefined ? "delete" : "update";
    return { path: [name], kind, replace: replaces.has(name) };
  });
  return { changes };
}
