import type { z } from "zod";
import { Flyctl, type RunOptions, type RunResult } from "../../../components/driver/flyctl.ts";
import { plainRun } from "../../../components/driver/run.ts";
import { StepProblem } from "../../../lib/problem.ts";
import { hideSecrets } from "../../logs/hide.ts";

/** flyctl for one app: parses its output, and names the command to run again in its errors. */
export class AppFlyctl {
  readonly fly: Flyctl;
  readonly #app: string;
  readonly #repeat: string;

  /** `repeat` is the command line that a fix asks for. */
  constructor(app: string, repeat: string) {
    this.fly = new Flyctl(plainRun(), app);
    this.#app = app;
    this.#repeat = repeat;
  }

  /** Runs a command with `--json` and parses its output. */
  async json<T>(args: readonly string[], schema: z.ZodType<T>, options?: RunOptions): Promise<T> {
    return this.parse(args, await this.text([...args, "--json"], options), schema);
  }

  /** Runs a command and throws if it fails. */
  async text(args: readonly string[], options?: RunOptions): Promise<string> {
    const result = await this.fly.attempt([...args, "--app", this.#app], options);
    if (result.ok) return result.stdout;
    throw this.failed(args, result);
  }

  failed(args: readonly string[], { stdout, stderr, failure }: RunResult): StepProblem {
    const said = hideSecrets(`${stderr}\n${stdout}`).trim();
    return this.#problem(args, `${failure}${said && `:\n${said}\n`}`);
  }

  parse<T>(args: readonly string[], text: string, schema: z.ZodType<T>): T {
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      // What flyctl said is not shown: it can hold anything.
      throw this.#problem(args, "answered in a form that is not known");
    }
  }

  #problem(args: readonly string[], wrong: string): StepProblem {
    const words = args.filter((word) => !word.startsWith("-")).slice(0, 2);
    return new StepProblem(
      `flyctl ${words.join(" ")} --app ${this.#app}`,
      wrong,
      `Fix the cause and run \`${this.#repeat}\` again`,
    );
  }
}
