import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { ClusterStatus } from "../cluster/index.ts";
import type { SandboxFolders } from "./folders.ts";

/** What stands after a successful `up`, and how to see more of it. */
export function describeDeployment(
  deployed: ReadonlyMap<string, Record<string, unknown>>,
  folders: SandboxFolders,
): string {
  const here = (path: string): string => relative(process.cwd(), path) || ".";
  const stacks = [...deployed].map(([name, outputs]) => {
    const { target, url, image } = outputs as Record<string, string>;
    return `  ${name.padEnd(9)}${(target ?? "").padEnd(12)}${(url ?? "").padEnd(40)}${image ?? ""}`;
  });
  return [
    "Deployed:",
    ...stacks,
    "",
    "See more:",
    `  npm run sandbox -- outputs --show-secrets     addresses, passwords and tokens`,
    `  kubectl --kubeconfig ${here(join(folders.cluster, "kubeconfig"))} -n chatwoot get all`,
    `  ${here(join(folders.fly, "calls.jsonl"))}                every call of flyctl`,
    `  npm run sandbox -- status | down`,
  ].join("\n");
}

export function describeStatus(cluster: ClusterStatus, folders: SandboxFolders, stacks: readonly string[]): string {
  const components = cluster.components.map(
    ({ name, pid }) => `  ${name.padEnd(26)}${pid === undefined ? "stopped" : `running, pid ${pid}`}`,
  );
  const states = stacks.map((stack) => {
    const engines = [
      existsSync(folders.state(stack)) ? "embedded engine" : "",
      existsSync(pulumiState(folders, stack)) ? "pulumi" : "",
    ];
    return `  ${stack.padEnd(26)}${engines.filter(Boolean).join(", ") || "no state"}`;
  });
  return [
    "Cluster" + (cluster.ready ? ` at ${cluster.server}` : " (not ready)"),
    ...components,
    "Stacks",
    ...states,
  ].join("\n");
}

function pulumiState(folders: SandboxFolders, stack: string): string {
  return join(folders.pulumi, ".pulumi", "stacks", "chatwoot", `${stack}.json`);
}
