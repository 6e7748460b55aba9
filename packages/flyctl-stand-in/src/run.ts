import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findToken, noToken } from "./auth.ts";
import { CallLog } from "./call-log.ts";
import { checkOperands, parseArguments } from "./cli/argv.ts";
import { Call } from "./cli/call.ts";
import { FlyError } from "./cli/errors.ts";
import { findCommand, type FoundCommand } from "./cli/find-command.ts";
import { globals } from "./cli/flags.ts";
import type { Output } from "./cli/output.ts";
import { reportError } from "./cli/report.ts";
import { usage } from "./cli/usage.ts";
import { commands, groups } from "./commands/all.ts";
import { ConfigFolder } from "./config-folder.ts";
import { logCall, nextCallNumber, selectedEnv, withoutTokens, type CallRecord } from "./state/calls.ts";
import { faultsOf, type Fault } from "./state/faults.ts";
import { Store } from "./state/store.ts";

/** As in the real flyctl, a signal ends it within a second, with this exit status and no output. */
export const interruptedStatus = 127;

/** The environment of a run. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  /** Folder of the state. */
  readonly folder: string;
  /** Read only by commands that need it, as the real one does: a caller may leave it open. */
  readonly stdin: () => string | Promise<string>;
  readonly output: Output;
  /** Interrupts the run; the caller exits the process. */
  readonly signal?: AbortSignal;
}

/** One run of the stand-in, from the command line to the exit status. */
export async function runFlyctl(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { env, folder, signal } = surroundings;
  const started = Date.now();
  const store = new Store(folder);
  const { number, faults } = store.locked(() => {
    const seq = nextCallNumber(store);
    return { number: seq, faults: faultsOf(store, argv, seq) };
  });
  const run = new Run(argv, surroundings, store, number);
  const log = (exitCode: number | null): void => {
    const record: CallRecord = {
      seq: number,
      time: new Date(started).toISOString(),
      argv: withoutTokens(argv),
      stdin: run.stdin,
      cwd: process.cwd(),
      env: selectedEnv(env),
      exitCode,
      durationMs: Date.now() - started,
      mutating: run.mutating,
      changed: store.changed,
    };
    logCall(store, record);
  };
  const interrupted = (): void => {
    run.interrupt();
    log(interruptedStatus);
  };
  signal?.addEventListener("abort", interrupted, { once: true });
  const exitCode = await run.withFaults(faults, () => log(null));
  signal?.removeEventListener("abort", interrupted);
  log(exitCode);
  return exitCode;
}

class Run {
  /** What a command has read of it. */
  stdin = "";
  readonly #argv: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #output: Output;
  readonly #store: Store;
  readonly #readStdin: Surroundings["stdin"];
  readonly #number: number;
  #found: FoundCommand | undefined;
  #call: Call | undefined;

  constructor(argv: readonly string[], { env, output, stdin }: Surroundings, store: Store, number: number) {
    this.#argv = argv;
    this.#env = env;
    this.#output = output;
    this.#store = store;
    this.#readStdin = stdin;
    this.#number = number;
  }

  get mutating(): boolean {
    const { command, words } = this.#found ?? {};
    return typeof command?.mutating === "function" ? command.mutating(words ?? []) : (command?.mutating ?? false);
  }

  interrupt(): void {
    this.#call?.onInterrupt();
  }

  async withFaults(faults: readonly Fault[], beforeStall: () => void): Promise<number> {
    const delay = Number(this.#env.FLYCTL_SANDBOX_DELAY_MS ?? 0);
    if (delay > 0) await sleep(delay);
    try {
      this.#found = findCommand(this.#argv, commands, groups);
      for (const fault of faults) {
        if (fault.action === "fail") return refuse(fault, this.#output);
        if (fault.action === "stall") {
          beforeStall();
          await stall(fault.stallSeconds);
        }
      }
      await this.#act(this.#found);
    } catch (error) {
      return reportError(error, this.#found?.command, this.#output);
    }
    const late = faults.find((fault) => fault.action === "fail-after");
    return late === undefined ? 0 : refuse(late, this.#output);
  }

  async #act({ command, words }: FoundCommand): Promise<void> {
    const { flags, operands } = parseArguments(words, [...command.flags, ...globals]);
    if (flags.bool("help")) {
      this.#output.out(`${command.short}\n\n${usage(command)}`);
      return;
    }
    checkOperands(command.args, operands, `flyctl ${command.path}`);
    // Without FLY_CONFIG_DIR the real flyctl writes to ~/.fly, which the stand-in does not touch.
    const home = this.#env.FLY_CONFIG_DIR ?? "";
    const configFolder = new ConfigFolder(home === "" ? join(this.#store.folder, "home-fly") : home);
    const log = new CallLog(configFolder.folder);
    const token = findToken(flags.string("access-token"), this.#env, () => configFolder.accessToken());
    if (command.session && token === "") throw noToken();
    const call = new Call({
      number: this.#number,
      operands,
      flags,
      env: this.#env,
      store: this.#store,
      configFolder,
      stdin: async () => {
        this.stdin ||= await this.#readStdin();
        log.write("-->", this.stdin);
        return this.stdin;
      },
      output: {
        out: (text) => {
          log.write("<--", text);
          this.#output.out(text);
        },
        err: (text) => this.#output.err(text),
      },
    });
    this.#call = call;
    call.resolveApp(command.app);
    await command.run(call);
  }
}

function refuse(fault: Fault, output: Output): number {
  const exitCode = fault.exitCode ?? 1;
  if (exitCode === 127) return exitCode;
  const error = new FlyError(fault.message ?? "an injected fault of the sandbox makes this call fail");
  reportError(error, undefined, output);
  return exitCode;
}

/** Really waits, to test a caller's time limit. */
async function stall(seconds: number | undefined): Promise<void> {
  if (seconds !== undefined) return sleep(seconds * 1000);
  for (;;) await sleep(60_000);
}
