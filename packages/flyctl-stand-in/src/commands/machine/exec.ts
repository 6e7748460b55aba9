import type { Call } from "../../cli/call.ts";
import { FlyError } from "../../cli/errors.ts";
import { execAnswer, readAnswers } from "../../state/answers.ts";
import type { ExecAnswer } from "../../state/faults.ts";
import type { App } from "../../state/types.ts";
import { splitWords } from "../../cli/shell-words.ts";
import { startOnMachine } from "../../state/inside.ts";
import { chosenMachines, findMachine } from "./choose.ts";

/**
 * Runs a command on a started machine, without a shell. flyctl exits with 0 whatever the command's exit code is. The
 * output comes from `exec.json`, or from the program in `inside.json`.
 */
export async function exec(call: Call): Promise<void> {
  const { flags, operands } = call;
  const command = operands.at(-1) ?? "";
  const [id = ""] = chosenMachines(call, operands.slice(0, -1));
  const failed = (reason: string): FlyError =>
    new FlyError(`could not exec command on machine ${id}: failed to exec on VM ${id}: ${reason}`);
  const app = call.readApp();
  const { state } = findMachine(app, id);
  if (state !== "started") throw failed(`failed_precondition: machine not running, currently ${state}`);
  const limit = flags.number("timeout");
  const given = execAnswer(readAnswers(call.store, "exec"), call.appName, command);
  const answer = given ?? (await answerOfProgram(call, { app, id, command, limit }));
  if (limit > 0 && (answer.seconds ?? 0) > limit) throw failed("deadline_exceeded: command timed out");
  const { exitCode = 0, stdout = "", stderr = "" } = answer;
  if (call.json) {
    // Go omits zero and empty values: a successful command without output is `{}`.
    return call.printJson({
      ...(exitCode === 0 ? {} : { exit_code: exitCode }),
      ...(stdout === "" ? {} : { stdout }),
      ...(stderr === "" ? {} : { stderr }),
    });
  }
  if (exitCode !== 0) call.out(`Exit code: ${exitCode}\n`);
  call.out(stdout);
  call.err(stderr);
}

/** Without a program, a command succeeds and prints nothing. */
async function answerOfProgram(
  call: Call,
  { app, id, command, limit }: { app: App; id: string; command: string; limit: number },
): Promise<ExecAnswer> {
  const program = startOnMachine(call, { app, id, words: splitWords(command), stdio: "pipe" });
  if (program === undefined) return {};
  const began = Date.now();
  const output = { stdout: "", stderr: "" };
  program.stdout?.on("data", (data: Buffer) => (output.stdout += data.toString()));
  program.stderr?.on("data", (data: Buffer) => (output.stderr += data.toString()));
  program.stdin?.end();
  const timer = limit > 0 ? setTimeout(() => program.kill("SIGKILL"), limit * 1000) : undefined;
  const exitCode = await new Promise<number>((resolve, reject) => {
    program.once("error", reject);
    program.once("close", (code) => resolve(code ?? 137));
  });
  clearTimeout(timer);
  return { exitCode, ...output, seconds: (Date.now() - began) / 1000 };
}
