import { toolCache } from "../../../preview/tool-cache.ts";
import { memoryState, unprotect, type ProviderFactory, type RunResult, type Step } from "pulumi-embedded-engine";
import { offlineCluster } from "../../../preview/cluster.ts";
import { randomProvider } from "pulumi-embedded-engine/providers";
import { buildTools } from "kubernetes-sandbox/tools";
import { program, stackEngine, type StackOptions } from "../../helpers/in-process.ts";
import { keptCommands } from "./commands.ts";
import { readRecorded, withOwnChart, type RecordedName } from "./recorded.ts";

export type Change = NonNullable<StackOptions["change"]>;

const helm = async (): Promise<string> => (await buildTools(toolCache)).helm;

/** A recorded stack for the current program, over a Fly account and a cluster that accept everything. */
export async function openRecorded(name: RecordedName, others: Record<string, ProviderFactory> = {}) {
  const { stack, config, checkpoint, account } = await readRecorded(name);
  const state = memoryState(checkpoint);
  /** The commands that deletions ran. */
  const deleted: string[] = [];
  const providers = {
    random: randomProvider,
    command: keptCommands(deleted),
    kubernetes: offlineCluster(helm),
    ...others,
  };
  const engine = (change: Change = () => {}) =>
    stackEngine(stack, {
      state,
      providers,
      change(values) {
        Object.assign(values, withOwnChart(config));
        change(values);
      },
    });
  const succeeded = async (run: Promise<RunResult>): Promise<readonly Step[]> => {
    const { ok, diagnostics, steps } = await run;
    if (!ok) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
    return steps;
  };
  return {
    account,
    deleted,
    resources: async () => (await state.load()).resources,
    preview: (change?: Change) => succeeded(engine(change).preview(program)),
    up: (change?: Change) => succeeded(engine(change).up(program)),
    /** Removes the protection, then deletes everything. */
    async destroy() {
      await unprotect(state, stack, "all");
      return succeeded(engine().destroy());
    },
  };
}

/** A run's operations on resources without components: `op name`, in alphabetical order. */
export function effectsOf(steps: readonly Step[]): string[] {
  return steps
    .filter(({ op, custom }) => custom && op !== "same" && op !== "read")
    .map(({ op, name }) => `${op} ${name}`)
    .sort();
}
