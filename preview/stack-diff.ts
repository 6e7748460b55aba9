import { execa } from "execa";
import {
  Engine,
  loadProject,
  memoryState,
  messageOf,
  SecretMask,
  type Diagnostic,
  type Project,
  type RunResult,
  type StateStore,
} from "pulumi-embedded-engine";
import { offlineOrganization } from "../components/kubernetes/preflight/check.ts";
import type { Checked } from "../policy/check.ts";
import { checkRun, isRefused } from "./policy/check-run.ts";
import { resourcesOf } from "./policy/resources.ts";
import { randomProvider } from "pulumi-embedded-engine/providers";
import { checkSchemas, type SchemaCheck } from "./schemas/check.ts";
import { buildTools, givenTool, progressPrinter } from "kubernetes-sandbox/tools";
import { changesOf, type Change } from "./changes.ts";
import { offlineCluster } from "./cluster.ts";
import { offlineCommands } from "./commands.ts";
import { encryptedKeys, hasStackFile, previewConfig } from "./stack-values.ts";
import { toolCache } from "./tool-cache.ts";

export interface StackDiff {
  stack: string;
  changes: Change[];
  unchanged: number;
  /** Keys of the stack file whose encrypted value was added, removed or changed. */
  secretKeys: string[];
  /** Warnings of the previews, or errors of a failed one. */
  problems: string[];
  ok: boolean;
  /** Undefined if the preview failed. */
  policies?: Checked | undefined;
  /** Undefined without Kubernetes objects. */
  schemas?: SchemaCheck | undefined;
  /** Removes every known secret from a text. */
  hide(text: string): string;
}

/** Whether the preview succeeded without mandatory violations and invalid objects. */
export function isAcceptable({ ok, policies, schemas }: StackDiff): boolean {
  return ok && !isRefused(policies) && (schemas?.invalid ?? []).length === 0;
}

export interface Comparison {
  stack: string;
  baseFolder: string;
  headFolder: string;
  /** Chatwoot's chart: a folder, relative to the project or absolute. */
  chart: string;
  signal: AbortSignal;
}

/** Deploys the base in memory and previews the working tree on that state, to distinguish replacements from updates. */
export async function compareStack({ stack, baseFolder, headFolder, chart, signal }: Comparison): Promise<StackDiff> {
  const [base, head] = [loadProject(baseFolder), loadProject(headFolder)];
  const state = memoryState();
  const mask = new SecretMask();
  mask.allow(head.name);
  const diff: StackDiff = {
    ...{ stack, changes: [], unchanged: 0, problems: [], ok: true },
    secretKeys: changedKeys(keysOf(base, stack), keysOf(head, stack)),
    hide: (text) => mask.hide(text),
  };
  if (!hasStackFile(head, stack)) {
    const gone = `Pulumi.${stack}.yaml is removed, which deletes no resource. Run \`pulumi destroy --stack ${stack}\` first.`;
    return { ...diff, problems: [gone] };
  }
  const engine = (project: Project): Engine => engineFor(project, stack, state, chart, signal);
  if (hasStackFile(base, stack)) {
    const result = await engine(base).up();
    learn(mask, result);
    if (!result.ok) return { ...diff, ok: false, problems: messagesOf("the base", result) };
  }
  const result = await engine(head).preview();
  learn(mask, result);
  const { schemas, problem } = await schemasOf(result);
  return {
    ...diff,
    ok: result.ok,
    changes: changesOf(result.steps),
    unchanged: result.changes.same ?? 0,
    policies: checkRun(result, previewConfig(head, stack, chart)),
    schemas,
    problems: [...messagesOf("the change", result), ...(problem === undefined ? [] : [problem])],
  };
}

/** Without access to the schemas, the preview still prints the change. */
async function schemasOf({ ok, steps }: RunResult): Promise<{ schemas?: SchemaCheck; problem?: string }> {
  const resources = resourcesOf(steps);
  if (!ok || !resources.some(({ type }) => type.startsWith("kubernetes:"))) return {};
  try {
    return { schemas: await checkSchemas(resources, progressPrinter()) };
  } catch (error) {
    return { problem: `The Kubernetes objects were not validated: ${messageOf(error)}` };
  }
}

/** Runs the program with placeholder secrets, without an account or a cluster. */
export function engineFor(
  project: Project,
  stack: string,
  state: StateStore,
  chart: string,
  signal: AbortSignal,
): Engine {
  const providers = { random: randomProvider, command: offlineCommands, kubernetes: offlineCluster(findHelm) };
  const config = previewConfig(project, stack, chart);
  return new Engine({ project, stack, organization: offlineOrganization, config, state, providers, signal });
}

let found: Promise<string> | undefined;

/** Uses the configured helm, otherwise the one on PATH, otherwise the sandbox's. */
function findHelm(): Promise<string> {
  return (found ??= (async () => {
    const given = givenTool(toolCache, "helm");
    if (given !== undefined) return given;
    const { failed } = await execa("helm", ["version", "--short"], { reject: false, timeout: 15_000 });
    return failed ? (await buildTools(toolCache, { onProgress: progressPrinter() })).helm : "helm";
  })());
}

function learn(mask: SecretMask, { steps }: RunResult): void {
  for (const { inputs, oldInputs, outputs, oldOutputs } of steps)
    for (const values of [inputs, oldInputs, outputs, oldOutputs]) mask.learn(values);
}

function messagesOf(side: string, { diagnostics, ok }: RunResult): string[] {
  const kinds: Diagnostic["severity"][] = ok ? ["warning"] : ["error"];
  const messages = diagnostics.filter(({ severity }) => kinds.includes(severity)).map(({ message }) => message.trim());
  const shown = ok ? messages : messages.map((message) => `${side} cannot be previewed: ${message}`);
  return [...new Set(shown)];
}

function keysOf(project: Project, stack: string): Map<string, string> {
  return hasStackFile(project, stack) ? encryptedKeys(project, stack) : new Map<string, string>();
}

/** Sorted keys whose ciphertext differs. */
export function changedKeys(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key)).sort();
}
