import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chatwootChartRepository, versions } from "../../config/versions.ts";
import { startCluster, clusterPaths } from "kubernetes-sandbox";
import {
  layOver,
  loadProject,
  mergeValues,
  readStackFile,
  writeStackFile,
  type Project,
  type Props,
} from "pulumi-embedded-engine";
import { flyctlBinFolder } from "flyctl-stand-in";
import { readSettings } from "../pulumi/settings.ts";
import { buildTools, type Tools, type OnProgress } from "kubernetes-sandbox/tools";
import { chooseChart, describeChart } from "./chart.ts";
import { layFacts } from "./facts.ts";
import { writeProgram } from "../inside/place.ts";
import { sandboxProject, type SandboxFolders } from "./folders.ts";
import { asSecrets, readOverlay, readValues, type SandboxValues } from "./values.ts";
import { toolCache } from "../../preview/tool-cache.ts";

/** The passphrase of the sandbox's states only; real environments have their own passphrases or keys. */
export const passphrase = "sandbox";

/** Environment variable with another kubeconfig of the sandbox's cluster, such as one through a proxy. */
export const kubeconfigVariable = "CHATWOOT_SANDBOX_KUBECONFIG";

/** A stack that is ready for a preview or a deployment in this sandbox. */
export interface PreparedStack {
  name: string;
  project: Project;
  /** The stack file merged with the sandbox's values. */
  stackFile: string;
  /** Environment variables of the program and its tools. */
  environment: Record<string, string>;
  helm: () => Promise<string>;
  /** Folder of the facts database, which must run during a deployment. Undefined without one. */
  facts?: string;
}

/** The stack as the last run left it, for reading its state; starts nothing. Undefined before the first run. */
export function knownStack(name: string, folders: SandboxFolders): PreparedStack | undefined {
  const stackFile = folders.stackFile(name);
  if (!existsSync(stackFile)) return undefined;
  const helm = (): Promise<string> =>
    Promise.reject(new Error("helm is not available: reading a state does not need it"));
  return { name, project: loadProject(sandboxProject()), stackFile, environment: {}, helm };
}

/** Prepares the stack's prerequisites: its secrets, and a cluster or a Fly account. */
export async function prepareStack(
  name: string,
  folders: SandboxFolders,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<PreparedStack> {
  const values = await readValues(name);
  const project = loadProject(sandboxProject());
  let building: Promise<Tools> | undefined;
  const tools = (): Promise<Tools> => (building ??= buildTools(toolCache, { onProgress, signal }));
  const helm = async (): Promise<string> => (await tools()).helm;

  const overlay: Props = { ...values.config, ...asSecrets(values.secrets) };
  const environment: Record<string, string> = {};
  if (values.fly) Object.assign(environment, prepareFly(values.fly, folders));
  if (values.cluster) {
    const kubeconfig = await prepareCluster(values.cluster, folders, await tools(), onProgress, signal);
    environment["KUBECONFIG"] = process.env[kubeconfigVariable] ?? kubeconfig;
    const chart = await chooseChart(folders, {
      repository: chatwootChartRepository,
      version: versions.chatwootChart,
      helm,
    });
    onProgress({ text: `Chart: ${describeChart(chart)}`, transient: false });
    if ("path" in chart) overlay["chatwoot:kubernetes"] = { chart: { path: chart.path } };
  }
  const set = readSettings(folders.settings(name));
  const keys = Object.keys(set);
  if (keys.length > 0)
    onProgress({ text: `Set by \`pulumi config set\` in this sandbox: ${keys.join(", ")}`, transient: false });
  const laid = [readOverlay(), set].reduce(mergeValues, overlay) as Props;
  const stackFile = folders.stackFile(name);
  mkdirSync(join(folders.root, "stacks"), { recursive: true, mode: 0o700 });
  const config = mergeValues(readStackFile(ownFile(project, name), project.name).config, laid) as Props;
  const facts = values.facts ? await layFacts({ stack: name, folders, config, onProgress }) : { overlay: {} };
  await writeOverlaid(project, name, stackFile, mergeValues(facts.overlay, laid) as Props);
  return { name, project, stackFile, environment, helm, ...(facts.folder !== undefined && { facts: facts.folder }) };
}

const ownFile = ({ dir }: Project, name: string): string => join(dir, `Pulumi.${name}.yaml`);

/** Reuses the salt of an earlier run, because the state's secrets are encrypted with it. */
async function writeOverlaid(project: Project, name: string, path: string, overlay: Props): Promise<void> {
  const users = readStackFile(ownFile(project, name), project.name);
  const { salt } = readStackFile(path, project.name);
  const { text } = await layOver({ file: { ...users, ...(salt === undefined ? {} : { salt }) }, overlay, passphrase });
  await writeStackFile(path, text);
}

async function prepareCluster(
  cluster: NonNullable<SandboxValues["cluster"]>,
  folders: SandboxFolders,
  tools: Tools,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<string> {
  const { kubeconfig } = await startCluster({
    dir: folders.cluster,
    ...cluster,
    cache: toolCache,
    tools,
    onProgress,
    signal,
  });
  writeProgram(clusterPaths(folders.cluster).inside);
  return kubeconfig;
}

function prepareFly(
  { organizations }: NonNullable<SandboxValues["fly"]>,
  folders: SandboxFolders,
): Record<string, string> {
  mkdirSync(folders.fly, { recursive: true, mode: 0o700 });
  writeFileSync(join(folders.fly, "orgs.json"), JSON.stringify(organizations));
  return flyEnvironment(folders);
}

/** Environment variables that select the sandbox's Fly account. */
export function flyEnvironment(folders: SandboxFolders): Record<string, string> {
  return {
    PATH: [flyctlBinFolder, process.env["PATH"] ?? ""].join(delimiter),
    FLYCTL_SANDBOX_DIR: folders.fly,
    FLYCTL_SANDBOX_CACHE: toolCache.folder,
    FLY_CONFIG_DIR: folders.flyConfig,
    CHATWOOT_ARTIFACTS_DIR: folders.artifacts,
    // The stand-in accepts any token but, as the real flyctl, requires one.
    FLY_API_TOKEN: "sandbox",
  };
}
