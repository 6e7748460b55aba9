import type { Call } from "../cli/call.ts";
import { recordStart } from "../state/journal.ts";
import { jobEnds, readAnswers } from "../state/answers.ts";
import type { JobEnd } from "../state/faults.ts";
import { logLine } from "../state/logs.ts";
import type { App, ExitEvent, Machine } from "../state/types.ts";
import { checkStatuses, notStarted } from "./checks.ts";
import { addEvent, removeMachine } from "./machines.ts";
import { isManaged } from "./plan.ts";

/** Starts a machine with the secrets of its last launch or update, not with newer ones. */
export function turnOn(call: Call, app: App, machine: Machine): void {
  if (machine.state === "started") return;
  machine.state = "started";
  machine.checks = checkStatuses(machine.config, new Date().toISOString());
  addEvent(machine, "start", "started");
  begin(call, app, machine);
}

/** Records the start of a machine's process. The process of a job has exited by the next read. */
export function begin(call: Call, app: App, machine: Machine): void {
  if (machine.state !== "started") return;
  logLine(app, machine, "runner", "Machine started");
  recordStart(call.store, call.number, app, machine, isManaged(machine) ? "process" : "machine");
  const end = isJob(machine) ? jobEnds(readAnswers(call.store, "runs"), machine.config.init) : undefined;
  if (end !== undefined && end.keepsRunning !== true) finish(app, machine, end);
}

/** Whether a machine's command is expected to exit: a scheduled machine, or one without restarts. */
const isJob = ({ config }: Machine): boolean =>
  config.schedule !== undefined || config.auto_destroy === true || config.restart?.policy === "no";

function finish(app: App, machine: Machine, { exitCode = 0, logs = [] }: JobEnd): void {
  for (const line of logs) logLine(app, machine, "app", line);
  logLine(app, machine, "app", `Main child exited normally with code: ${exitCode}`);
  halt(app, machine, exitCode === 0 ? {} : { exit_code: exitCode });
}

/** Stops a machine on request. */
export function turnOff(app: App, machine: Machine, signal = "SIGINT"): void {
  if (machine.state !== "started") return;
  logLine(app, machine, "app", `Sending signal ${signal} to main child process`);
  halt(app, machine, { requested_stop: true });
}

/** Records the end of a machine's process. Fly destroys the machine if its configuration says so. */
export function halt(app: App, machine: Machine, end: Omit<ExitEvent, "exited_at">): void {
  const now = new Date().toISOString();
  machine.state = "stopped";
  machine.checks = notStarted(machine.config, now);
  addEvent(machine, "exit", "stopped", { exit_event: { ...end, exited_at: now } });
  logLine(app, machine, "runner", `machine exited with exit code ${end.exit_code ?? 0}, not restarting`);
  if (machine.config.auto_destroy === true) removeMachine(app, machine.id);
}
