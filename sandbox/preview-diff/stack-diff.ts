import { execa } from "execa";
import {
  Engine,
  loadProject,
  memoryState,
  type Diagnostic,
  type Project,
  type RunResult,
  type StateStore,
} from "../engine/index.ts";
import { SecretMask } from "../engine/secret-mask.ts";
import { randomProvider } from "../providers/index.ts";
import { buildTools } from "../tools/build.ts";
import { givenTool } from "../tools/given.ts";
import { progressPrinter } from "../tools/progress.ts";
import { changesOf, type Change } from "./changes.ts";
import { offlineCluster } from "./cluster.ts";
import { silentCommands } from "./commands.ts";
import { encryptedKeys, hasStackFile, previewConfig } from "./stack-values.ts";

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
  /** Takes every secret that was seen out of a text. */
  hide(text: string): string;
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
  return {
    ...diff,
    ok: result.ok,
    changes: changesOf(result.steps),
    unchanged: result.changes.same ?? 0,
    problems: told("the change", result),
  };
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
  return new Engine({ project, stack, config: previewConfig(project, stack, chart), state, providers, signal });
}

let found: Promise<string> | undefined;

/** The given helm, else the one on PATH, else the sandbox's own, which is built once. */
function findHelm(): Promise<string> {
  return (found ??= (async () => {
    const given = givenTool("helm");
    if (given !== undefined) return given;
    const { failed } = await execa("helm", ["version", "--short"], { reject: false, timeout: 15_000 });
    return failed ? (await buildTools({ onProgress: progressPrinter() })).helm : "helm";
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
