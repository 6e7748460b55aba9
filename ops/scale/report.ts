import { configuredCount, type Action, type Proposal, type Situation } from "./rule.ts";

/** Arguments for flyctl, without the app. */
export function flyctlArgs(action: Action, group = "worker"): string[] {
  return action.kind === "count"
    ? ["scale", "count", `${group}=${action.count}`, "--yes"]
    : ["scale", "memory", String(action.memoryMb), "--process-group", group];
}

/** The command that makes the change permanent. */
export function configLine(stack: string, action: Action, group = "worker"): string {
  const [key, value] = action.kind === "count" ? ["count", action.count] : ["memoryMb", action.memoryMb];
  const path = group === "worker" ? group : group.replace("worker-", "worker.groups.");
  return `pulumi config set --path chatwoot:${path}.${key} ${value} --stack ${stack}`;
}

function describeAction(action: Action, group: string): string {
  return action.kind === "count"
    ? `${group} machines: ${action.count}`
    : `memory per worker: ${action.memoryMb} MB (restarts one worker at a time)`;
}

/** Lists the queues with jobs, the workers and the proposal. */
export function formatProposal(app: string, situation: Situation, proposal: Proposal): string {
  const { queues, workers, configuredMemoryMb, group = "worker" } = situation;
  const used = queues.queues.filter(({ size }) => size > 0);
  const width = Math.max(5, ...used.map(({ name }) => name.length));
  const rows = used.map(
    ({ name, size, latencySeconds }) =>
      `  ${name.padEnd(width)}  ${String(size).padStart(7)} waiting, the oldest for ${latencySeconds} s`,
  );
  const { retry, scheduled, dead, processes } = queues;
  const configured = `${configuredCount(situation)} x ${configuredMemoryMb} MB`;
  const verdict =
    proposal.actions.length > 0
      ? "Proposal:"
      : proposal.blocked
        ? "A change is needed, but not allowed:"
        : "No change:";
  return [
    `${app}: queues${group === "worker" ? "" : ` of ${group}`}`,
    ...(rows.length > 0 ? rows : ["  empty"]),
    `  retry ${retry}, scheduled ${scheduled}, dead ${dead}; Sidekiq processes ${processes}`,
    `Workers: ${workers.count} x ${workers.memoryMb} MB (configuration: ${configured})`,
    verdict,
    ...proposal.actions.map((action) => `  ${describeAction(action, group)}`),
    ...proposal.reasons.map((reason) => `  ${reason}.`),
  ].join("\n");
}
