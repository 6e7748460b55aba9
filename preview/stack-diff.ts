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
import { silentCommands } from "./commands.ts";
import { encryptedKeys, hasStackFile, previewConfig } from "./stack-values.ts";
import { toolCache } from "./tool-cache.ts";

/** What a stack's change comes to. */
export interface StackDiff {
  stack: string;
  changes: Change[];
  unchanged: number;
  /** Keys of the stack file whose encrypted value was added, removed or set again. */
  secretKeys: string[];
  /** What the previews warn of, or why one failed. */
  problems: string[];
  ok: boolean;
  /** What the policy pack says of the stack as it would be; undefined of one that cannot be previewed. */
  policies?: Checked | undefined;
  /** What the published schemas say of its Kubernetes objects; undefined where there are none. */
  schemas?: SchemaCheck | undefined;
  /** Takes every secret that was seen out of a text. */
  hide(text: string): string;
}

/** Whether the change could be deployed, as far as a preview without the world can tell. */
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

/**
 * The program of the base, deployed to nothing and kept in memory; then the preview of the working tree's on that state.
 * So a replacement is told from an update as a real run would.
 */
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
    const gone = `Pulumi.${stack}.yaml is removed. That deletes nothing: run \`pulumi destroy --stack ${stack}\` first.`;
    return { ...diff, problems: [gone] };
  }
  const engine = (project: Project): Engine => engineFor(project, stack, state, chart, signal);
  if (hasStackFile(base, stack)) {
    const result = await engine(base).up();
    learn(mask, result);
    if (!result.ok) return { ...diff, ok: false, problems: told("the base", result) };
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
    problems: [...told("the change", result), ...(problem === undefined ? [] : [problem])],
  };
}

/** A machine that cannot read the schemas can show the change all the same. */
async function schemasOf({ ok, steps }: RunResult): Promise<{ schemas?: SchemaCheck; problem?: string }> {
  const resources = resourcesOf(steps);
  if (!ok || !resources.some(({ type }) => type.startsWith("kubernetes:"))) return {};
  try {
    return { schemas: await checkSchemas(resources, progressPrinter()) };
  } catch (error) {
    return { problem: `The Kubernetes objects are not validated: ${messageOf(error)}` };
  }
}

/** The program over made-up secrets, without an account or a cluster. */
export function engineFor(
  project: Project,
  stack: string,
  state: StateStore,
  chart: string,
  signal: AbortSignal,
): Engine {
  const providers = { random: randomProvider, command: silentCommands, kubernetes: offlineCluster(findHelm) };
  const config = previewConfig(project, stack, chart);
  return new Engine({ project, stack, organization: offlineOrganization, config, state, providers, signal });
}

let found: Promise<string> | undefined;

/** The given helm, else the one on PATH, else the sandbox's own, which is built once. */
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

function told(side: string, { diagnostics, ok }: RunResult): string[] {
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
