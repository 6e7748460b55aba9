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
import { layFacts, overFacts } from "./facts.ts";
import { writeProgram } from "../inside/place.ts";
import { projectFolder } from "../../lib/project-folder.ts";
import { type SandboxFolders } from "./folders.ts";
import { asSecrets, readOverlay, readValues, type SandboxValues } from "./values.ts";
import { toolCache } from "../../preview/tool-cache.ts";

/** Of the sandbox's own states; environments have passphrases or keys of their own. */
export const passphrase = "sandbox";

/** A stack, ready to be previewed or deployed in this sandbox. */
export interface PreparedStack {
  name: string;
  project: Project;
  /** The stack file with the sandbox's values laid over it. */
  stackFile: string;
  /** What the program and its tools find in their environment. */
  environment: Record<string, string>;
  helm: () => Promise<string>;
  /** Folder of the database that its facts are kept in, which has to run for a deployment; undefined without one. */
  facts?: string;
}

/** A stack as the last run left it, for questions about its state: nothing is started. Undefined where there was none. */
export function knownStack(name: string, folders: SandboxFolders): PreparedStack | undefined {
  const stackFile = folders.stackFile(name);
  if (!existsSync(stackFile)) return undefined;
  const helm = (): Promise<string> => Promise.reject(new Error("helm is not needed to read a state"));
  return { name, project: loadProject(projectFolder), stackFile, environment: {}, helm };
}

/** Makes everything that a stack expects to find: its secrets, a cluster, or a Fly account. */
export async function prepareStack(
  name: string,
  folders: SandboxFolders,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<PreparedStack> {
  const values = await readValues(name);
  const project = loadProject(projectFolder);
  let building: Promise<Tools> | undefined;
  const tools = (): Promise<Tools> => (building ??= buildTools(toolCache, { onProgress, signal }));
  const helm = async (): Promise<string> => (await tools()).helm;

  const overlay: Props = { ...values.config, ...asSecrets(values.secrets) };
  const environment: Record<string, string> = {};
  if (values.fly) Object.assign(environment, prepareFly(values.fly, folders));
  if (values.cluster) {
    environment["KUBECONFIG"] = await prepareCluster(values.cluster, folders, await tools(), onProgress, signal);
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
  const facts = values.facts ? await layFacts({ stack: name, folders, config, onProgress }) : undefined;
  await writeOverlaid(project, name, stackFile, overFacts(facts, laid));
  return { name, project, stackFile, environment, helm, ...(facts && { facts: folders.facts(name) }) };
}

const ownFile = ({ dir }: Project, name: string): string => join(dir, `Pulumi.${name}.yaml`);

/** Keeps the salt of an earlier run, because the state's secrets are sealed with it. */
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

/** What finds the sandbox's Fly account in its environment. */
export function flyEnvironment(folders: SandboxFolders): Record<string, string> {
  return {
    PATH: [flyctlBinFolder, process.env["PATH"] ?? ""].join(delimiter),
    FLYCTL_SANDBOX_DIR: folders.fly,
    FLYCTL_SANDBOX_CACHE: toolCache.folder,
    FLY_CONFIG_DIR: folders.flyConfig,
    CHATWOOT_ARTIFACTS_DIR: folders.artifacts,
    // The stand-in takes any token, and refuses to work without one, as the real flyctl does.
    FLY_API_TOKEN: "sandbox",
  };
}
