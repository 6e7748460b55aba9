import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { readCalls, splitWords, Store, type FaultFile, type State } from "flyctl-stand-in";
import {
  clearPendingCreates,
  forget,
  memoryState,
  unprotect,
  type PendingOperation,
  type RunResult,
  type StateStore,
} from "pulumi-embedded-engine";
import { programAsking, stackEngine, type StackOptions } from "../../helpers/in-process.ts";
import { execaHere, runFlyctlHere } from "./flyctl-here.ts";
import { flyEnvironment, insideEnvironment } from "./inside-environment.ts";
import { stepsHere } from "./steps-here.ts";

vi.doMock("execa", () => ({ execa: execaHere }));

type Change = NonNullable<StackOptions["change"]>;

/** Staging over an empty Fly account: the program, the engine, the driver's steps and flyctl's stand-in in this process. */
export class StackWorld {
  readonly #folder = mkdtempSync(join(tmpdir(), "stack-"));
  readonly #fly = join(this.#folder, "fly");
  readonly #change: Change;
  #state: StateStore = memoryState();

  constructor(change: Change = () => {}) {
    this.#change = change;
    mkdirSync(this.#fly);
    writeFileSync(join(this.#fly, "orgs.json"), JSON.stringify(["personal", "hotdash"]));
  }

  up(change: Change = () => {}, replace: readonly string[] = []): Promise<RunResult> {
    return this.#inside(() => this.#engine(change, replace).up(programAsking));
  }

  preview(change: Change = () => {}): Promise<RunResult> {
    return this.#inside(() => this.#engine(change).preview(programAsking));
  }

  async unprotect(): Promise<void> {
    await unprotect(this.#state, "staging", "all");
  }

  /** Leaves operations in the state as a killed `pulumi` does: on the resources of these names. */
  async leavePending(type: PendingOperation["type"], ...names: string[]): Promise<void> {
    const checkpoint = await this.#state.load();
    const found = checkpoint.resources.filter(({ urn }) => names.includes(urn.split("::").at(-1)!));
    const pendingOperations = found.map((resource) => ({ resource, type }));
    await this.#state.save(() => ({ ...checkpoint, pendingOperations }));
  }

  /** Forgets the whole state, or the resources that these names start and what depends on them. */
  async loseState(...names: string[]): Promise<void> {
    if (names.length === 0) this.#state = memoryState();
    for (const { urn } of (await this.#state.load()).resources) {
      const isThere = (await this.#state.load()).resources.some((resource) => resource.urn === urn);
      if (isThere && names.some((name) => urn.split("::").at(-1)!.startsWith(name)))
        await forget(this.#state, "staging", urn);
    }
  }

  /** The differences that `ops drift` reports, and the commands that it prints. */
  async drift(): Promise<{ what: string; actual: string; fix: string }[]> {
    const { driftOnFly } = await import("../../../ops/drift/fly.ts");
    const { differs } = await import("../../../ops/drift/comparison.ts");
    const { comparePending } = await import("../../../ops/drift/pending.ts");
    const { resources, pendingOperations } = await this.#state.load();
    const found = await this.#inside(() => driftOnFly("staging", resources, "npm run ops -- drift --stack staging"));
    return [...comparePending("staging", resources, pendingOperations), ...found]
      .filter(differs)
      .map(({ what, actual, fix }) => ({ what, actual, fix }));
  }

  /** Runs a command line as an operator's shell would. Throws if one of its commands fails. */
  async run(line: string): Promise<void> {
    for (const command of line.split(" && ")) {
      const [program, ...args] = splitWords(command);
      if (program === "fly") await this.fly(...args);
      else if (program === "pulumi") await this.#pulumi(args);
      else throw new Error(`not a command: ${line}`);
    }
  }

  async fly(...args: string[]): Promise<void> {
    const env = {
      FLYCTL_SANDBOX_DIR: this.#fly,
      FLY_CONFIG_DIR: join(this.#folder, "operator"),
      FLY_API_TOKEN: "token",
    };
    const { exitCode, stderr } = await runFlyctlHere(args, env);
    if (exitCode !== 0) throw new Error(`fly ${args.join(" ")}: ${exitCode}\n${stderr}`);
  }

  faults(faults: FaultFile): void {
    writeFileSync(join(this.#fly, "faults.json"), JSON.stringify(faults));
  }

  get state(): State {
    return new Store(this.#fly).read();
  }

  change(change: (state: State) => void): void {
    new Store(this.#fly).update(change);
  }

  /** The commands since a number of calls that can change something. */
  changesSince(count: number): string[] {
    return readCalls(this.#fly)
      .slice(count)
      .filter(({ mutating }) => mutating)
      .map(({ argv }) => argv.slice(0, 2).join(" "));
  }

  get calls(): number {
    return readCalls(this.#fly).length;
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #pulumi(args: readonly string[]): Promise<void> {
    const command = args.filter(
      (word) => !/^(--stack|--yes|--non-interactive|--force|--target-dependents|staging)$/.test(word),
    );
    if (command[0] === "state" && command[1] === "delete") return forget(this.#state, "staging", command[2]!);
    if (command.join(" ") === "refresh --clear-pending-creates") return clearPendingCreates(this.#state, "staging");
    const replaced = command.slice(1).filter((word) => word !== "--replace");
    if (command[0] !== "up") throw new Error(`not a command: pulumi ${args.join(" ")}`);
    const { ok, diagnostics } = await this.up(undefined, replaced);
    if (!ok) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  }

  #engine(change: Change, replace: readonly string[] = []) {
    return stackEngine("staging", {
      state: this.#state,
      providers: { command: stepsHere() },
      replace,
      // Not the organization of an offline run, which does not ask Fly.
      organization: "hotdash",
      change: (values) => {
        // The pipeline's tables need a PostgreSQL.
        delete values.settings["support"]?.facts;
        this.#change(values);
        change(values);
      },
    });
  }

  #inside<T>(run: () => Promise<T>): Promise<T> {
    return insideEnvironment(flyEnvironment(this.#fly, this.#folder), run);
  }
}

/** The output of a run, for an assertion. */
export const messagesOf = ({ diagnostics }: RunResult): string => diagnostics.map(({ message }) => message).join("\n");
