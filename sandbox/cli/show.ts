import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { ClusterStatus } from "kubernetes-sandbox";
import type { SandboxFolders } from "./folders.ts";

/** The deployed stacks after a successful `up`, and commands that show more. */
export function describeDeployment(
  deployed: ReadonlyMap<string, Record<string, unknown>>,
  folders: SandboxFolders,
): string {
  const here = (path: string): string => relative(process.cwd(), path) || ".";
  const stacks = [...deployed].map(
    ([name, outputs]) => ({ name, ...(outputs as Record<string, string>) }) as DeployedStack,
  );
  const targets = new Set(stacks.map(({ target }) => target));
  const more: [command: string, what: string][] = [
    ["npm run sandbox -- outputs --show-secrets", "addresses, passwords and tokens"],
    [`npm run sandbox -- ops cutover --stack ${stacks[0]?.name}`, "operations commands (docs/ops/sandbox.md)"],
  ];
  if (targets.has("kubernetes"))
    more.push([`kubectl --kubeconfig ${here(join(folders.cluster, "kubeconfig"))} get all -A`, "every object"]);
  if (targets.has("fly"))
    more.push(
      [here(join(folders.fly, "calls.jsonl")), "every flyctl call"],
      [here(folders.artifacts), "evidence of every deployment to Fly"],
    );
  more.push(["npm run sandbox -- down", "stop everything"]);
  const width = Math.max(...more.map(([command]) => command.length));
  return [
    "Deployed:",
    ...stacks.map(
      ({ name, target, url, image }) => `  ${name.padEnd(9)} ${target.padEnd(11)} ${url.padEnd(38)} ${image}`,
    ),
    "",
    "See more:",
    ...more.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`),
  ].join("\n");
}

/** Whether either engine has a state of the stack. */
export function isDeployed(folders: SandboxFolders, stack: string): boolean {
  return existsSync(folders.state(stack)) || existsSync(pulumiState(folders, stack));
}

export const notDeployed = (stack: string): string =>
  `${stack} is not deployed in this sandbox. Deploy it: \`npm run sandbox -- up --stack ${stack}\``;

interface DeployedStack {
  name: string;
  target: string;
  url: string;
  image: string;
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
