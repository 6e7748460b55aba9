import type { Call } from "../../cli/call.ts";
import { FlyError } from "../../cli/errors.ts";
import { execAnswer, readAnswers } from "../../state/answers.ts";
import { chosenMachines, findMachine } from "./choose.ts";

/**
 * Runs a command on a started machine: there is no shell, and flyctl ends with 0 whatever the command ends with.
 * Nothing runs here: what it answers comes from `exec.json`.
 */
export function exec(call: Call): void {
  const { flags, operands } = call;
  if (flags.string("container") !== "" && flags.bool("no-container")) {
    throw new FlyError("--container and --no-container are mutually exclusive");
  }
  const command = operands.at(-1) ?? "";
  const [id = ""] = chosenMachines(call, operands.slice(0, -1));
  const failed = (reason: string): FlyError =>
    new FlyError(`could not exec command on machine ${id}: failed to exec on VM ${id}: ${reason}`);
  const { state } = findMachine(call.readApp(), id);
  if (state !== "started") throw failed(`failed_precondition: machine not running, currently ${state}`);
  const answer = execAnswer(readAnswers(call.store, "exec"), call.appName, command);
  const limit = flags.number("timeout");
  if (limit > 0 && (answer.seconds ?? 0) > limit) throw failed("deadline_exceeded: command timed out");
  const { exitCode = 0, stdout = "", stderr = "" } = answer;
  if (call.json) {
    // Go leaves out what is zero or empty: a command that succeeds without a word is `{}`.
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
