import { execa } from "execa";
import type { z } from "zod";
import { parseJson } from "../../../lib/json.ts";
import { StepProblem } from "../../../lib/problem.ts";
import { hideSecrets } from "../../logs/hide.ts";

export interface KubectlPlace {
  /** Default: the kubeconfig's current context. */
  context: string | undefined;
  namespace: string;
}

export interface KubectlResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Far above the log of 15 minutes. */
const largestAnswerBytes = 64 * 1024 * 1024;

/** kubectl for one namespace of one cluster, with a time limit on every call and without a terminal. */
export class Kubectl {
  readonly #scope: readonly string[];
  readonly #repeat: string;

  /** `repeat` is the command line that a fix asks for. */
  constructor({ context, namespace }: KubectlPlace, repeat: string) {
    this.#scope = [...(context === undefined ? [] : ["--context", context]), "--namespace", namespace];
    this.#repeat = repeat;
  }

  /** The words of a command line. */
  words(args: readonly string[]): string[] {
    return ["kubectl", ...this.#scope, ...args];
  }

  /** Runs `get` and parses its output. */
  async json<T>(args: readonly string[], schema: z.ZodType<T>): Promise<T> {
    const all = [...args, "--output", "json", "--request-timeout", "20s"];
    const text = await this.text(all, 30);
    const result = schema.safeParse(parseJson(text));
    if (result.success) return result.data;
    // The output is not printed: an object can contain secrets.
    throw this.#problem(args, "printed unexpected JSON");
  }

  /** Runs a command and throws if it fails. */
  async text(args: readonly string[], timeoutSeconds: number): Promise<string> {
    const answer = await this.attempt(args, timeoutSeconds);
    if (answer.exitCode === 0) return answer.stdout;
    throw this.failed(args, answer);
  }

  /** Returns the exit code of a command. Throws if kubectl is missing or exceeds a limit. */
  async attempt(args: readonly string[], timeoutSeconds: number): Promise<KubectlResult> {
    const result = await execa("kubectl", [...this.#scope, ...args], {
      reject: false,
      stdin: "ignore",
      timeout: timeoutSeconds * 1000,
      maxBuffer: largestAnswerBytes,
    });
    if (result.code === "ENOENT")
      throw new StepProblem(
        "kubectl",
        "is not installed",
        `Install it from https://kubernetes.io/docs/tasks/tools/ and run \`${this.#repeat}\` again`,
      );
    if (result.timedOut) throw this.#problem(args, `took longer than ${timeoutSeconds} seconds`);
    if (result.isMaxBuffer) throw this.#problem(args, "printed more than 64 MiB");
    return { exitCode: result.exitCode ?? 1, stdout: result.stdout, stderr: result.stderr };
  }

  failed(args: readonly string[], { exitCode, stderr }: KubectlResult): StepProblem {
    const said = hideSecrets(stderr).trim();
    return this.#problem(args, `failed with exit code ${exitCode}${said && `:\n${said}\n`}`);
  }

  #problem(args: readonly string[], wrong: string): StepProblem {
    const verb = args.slice(0, 2).filter((word) => !word.startsWith("-"));
    const scope = this.#scope.join(" ");
    return new StepProblem(
      `kubectl ${verb.join(" ")} ${scope}`,
      wrong,
      `Fix the error and run \`${this.#repeat}\` again`,
    );
  }
}
