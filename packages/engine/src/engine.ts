import { grpcCallbacks } from "./callbacks.ts";
import { deleteRest } from "./deletes.ts";
import { Deployment } from "./deployment.ts";
import type { Changes, Diagnostic, EngineEvent } from "./events.ts";
import { exitCodes } from "./exit-codes.ts";
import { makeHandlers } from "./handlers.ts";
import { inProcessCallbacks, runInProcess, type Program } from "./in-process.ts";
import { runProgram, type OutputListener } from "./program.ts";
import type { Project } from "./project.ts";
import type { ProviderFactory } from "./provider.ts";
import { refresh, refreshOnly } from "./refresh.ts";
import { registerDefaultProviders, storeStackOutputs } from "./register.ts";
import { serve } from "./server.ts";
import type { StackConfig } from "./stack-config.ts";
import { clearPendingCreates } from "./state-edit.ts";
import type { StateStore } from "./state-store.ts";
import type { Step } from "./steps.ts";
import type { Props } from "./values.ts";

export interface EngineOptions {
  project: Project;
  stack: string;
  /** What `pulumi.getOrganization()` returns. Default: "organization", as with a self-managed backend. */
  organization?: string;
  config: StackConfig;
  state: StateStore;
  /** By package name. */
  providers: Record<string, ProviderFactory>;
  /** How many operations run at once. */
  parallel?: number;
  onEvent?(event: EngineEvent): void;
  /** Receives the program's output line by line, with known secrets masked. */
  onOutput?: OutputListener;
  /** URNs of resources to replace even without changes. */
  replace?: readonly string[];
  /** The command that warnings name, which calls `Engine.refresh`. Default: `pulumi refresh`. */
  refreshCommand?: string;
  /** Reads every resource before the program runs, as `--refresh`. */
  refresh?: boolean;
  /** Aborting it cancels the run gracefully: operations that have started are finished. */
  signal?: AbortSignal;
}

export interface RunResult {
  ok: boolean;
  exitCode: number;
  changes: Changes;
  /** Every step, in start order. */
  steps: Step[];
  /** The stack's outputs, as on the wire. */
  outputs: Props;
  diagnostics: Diagnostic[];
  durationSeconds: number;
}

const defaultParallel = 16;
const defaultOrganization = "organization";

/**
 * A Pulumi engine for one stack. Without a program function it runs the project's own program in a child process.
 * The result reports a failed run; an error before the run (a lock, a wrong passphrase) is thrown.
 */
export class Engine {
  readonly #options: EngineOptions;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /** Shows what `up` would do; changes nothing. */
  preview(program?: Program): Promise<RunResult> {
    return this.#run(true, program, (deployment) => this.#execute(deployment, program));
  }

  up(program?: Program): Promise<RunResult> {
    return this.#run(false, program, (deployment) => this.#execute(deployment, program));
  }

  /** Deletes every resource of the stack; with `preview`, shows what would be deleted. */
  destroy({ preview = false }: { preview?: boolean } = {}): Promise<RunResult> {
    return this.#run(preview, undefined, deleteRest);
  }

  /** Reads every resource into the state, as `pulumi refresh`; with `clearPendingCreates`, also ends interrupted creations. */
  async refresh({ clearPendingCreates: clear = false }: { clearPendingCreates?: boolean } = {}): Promise<RunResult> {
    const { state, stack } = this.#options;
    if (clear) await clearPendingCreates(state, stack);
    return this.#run(false, undefined, refreshOnly, { warns: false });
  }

  async #run(
    preview: boolean,
    program: Program | undefined,
    work: (deployment: Deployment) => Promise<void>,
    { warns = !preview && this.#options.refresh !== true } = {},
  ): Promise<RunResult> {
    const { state, stack, signal } = this.#options;
    const started = performance.now();
    // A preview writes nothing, so it needs no lock.
    const lock = preview ? undefined : state.lock(stack);
    try {
      const deployment = new Deployment(
        {
          ...this.#options,
          preview,
          organization: this.#options.organization ?? defaultOrganization,
          parallel: this.#options.parallel ?? defaultParallel,
          callbacks: program === undefined ? grpcCallbacks() : inProcessCallbacks(),
          onEvent: (event) => this.#options.onEvent?.(event),
        },
        await state.load(),
      );
      begin(deployment, lock?.note);
      if (warns) warnOfInterrupted(deployment, this.#options.refreshCommand);
      const cancel = (): void => deployment.cancel();
      if (signal?.aborted) cancel();
      signal?.addEventListener("abort", cancel, { once: true });
      try {
        if (deployment.failure === undefined) await work(deployment);
      } catch (error) {
        deployment.fail(error);
      } finally {
        signal?.removeEventListener("abort", cancel);
      }
      return await end(deployment, started);
    } finally {
      lock?.release();
    }
  }

  async #execute(deployment: Deployment, program: Program | undefined): Promise<void> {
    if (this.#options.refresh === true) await refresh(deployment);
    registerDefaultProviders(deployment);
    let finishing: Promise<void> | undefined;
    // The program signals its end after registering everything; a failed one does not.
    const finish = (): Promise<void> =>
      (finishing ??= deployment.failure === undefined ? deleteRest(deployment) : Promise.resolve()).catch(
        (error: unknown) => deployment.fail(error),
      );
    const handlers = makeHandlers(deployment, finish);
    if (program !== undefined) await runInProcess(deployment, handlers, program);
    else {
      const server = await serve(handlers);
      try {
        await runProgram(deployment, server.address, (line, stream) => this.#options.onOutput?.(line, stream));
      } finally {
        await deployment.idle();
        server.stop();
      }
    }
    await deployment.idle();
    await finish();
  }
}

function begin(deployment: Deployment, note: string | undefined): void {
  const { values, secretKeys } = deployment.options.config;
  const shown = Object.entries(values).map(([key, value]) => [key, secretKeys.includes(key) ? "[secret]" : value]);
  deployment.journal.emit({ preludeEvent: { config: Object.fromEntries(shown) as Record<string, string> } });
  if (note !== undefined) deployment.journal.report("warning", note);
}

/** As in Pulumi, only for a run that changes something, and that has not refreshed the state. */
function warnOfInterrupted({ interrupted, journal }: Deployment, refreshCommand = "pulumi refresh"): void {
  if (interrupted.length === 0) return;
  const operations = interrupted.map(({ resource, type }) => `  * ${resource.urn}, interrupted while ${type}`);
  const message = [
    `Attempting to deploy or update resources with ${interrupted.length} pending operations from previous deployment.`,
    ...operations,
    "An earlier run was interrupted, so the state does not say whether they finished. This run does them again; a " +
      "provider may refuse to create what exists.",
  ];
  if (interrupted.some(({ type }) => type === "creating"))
    message.push(
      "Pending CREATE operations stay in the state, with this warning, until " +
        `\`${refreshCommand} --clear-pending-creates\` removes them. Run it after an \`up\` that succeeded.`,
    );
  journal.report("warning", message.join("\n"));
}

async function end(deployment: Deployment, started: number): Promise<RunResult> {
  const { journal } = deployment;
  await deployment.registry.close();
  deployment.options.callbacks.close();
  storeStackOutputs(deployment);
  try {
    await deployment.save();
  } catch (error) {
    deployment.fail(error);
  }
  const durationSeconds = (performance.now() - started) / 1000;
  journal.emit({
    summaryEvent: {
      maybeCorrupt: false,
      durationSeconds: Math.round(durationSeconds),
      resourceChanges: journal.changes,
    },
  });
  const exitCode = deployment.ok
    ? exitCodes.success
    : deployment.abort.signal.aborted
      ? exitCodes.cancelled
      : exitCodes.failure;
  return {
    ok: deployment.ok,
    exitCode,
    changes: journal.changes,
    steps: journal.steps,
    outputs: deployment.outputs,
    diagnostics: journal.diagnostics,
    durationSeconds,
  };
}
