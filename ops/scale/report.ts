import type { Action, Proposal, Situation } from "./rule.ts";

/** Arguments for flyctl, without the app. */
export function flyctlArgs(action: Action): string[] {
  return action.kind === "count"
    ? ["scale", "count", `worker=${action.count}`, "--yes"]
    : ["scale", "memory", String(action.memoryMb), "--process-group", "worker"];
}

/** The command that makes the change permanent. */
export function configLine(stack: string, action: Action): string {
  const [key, value] = action.kind === "count" ? ["count", action.count] : ["memoryMb", action.memoryMb];
  return `pulumi config set --path chatwoot:worker.${key} ${value} --stack ${stack}`;
}

function describeAction(action: Action): string {
  return action.kind === "count"
    ? `worker machines: ${action.count}`
    : `memory per worker: ${action.memoryMb} MB (restarts one worker at a time)`;
}

/** Lists the queues with jobs, the workers and the proposal. */
export function formatProposal(
  app: string,
  { queues, workers, configuredMemoryMb, bounds }: Situation,
  proposal: Proposal,
): string {
  const used = queues.queues.filter(({ size }) => size > 0);
  const width = Math.max(5, ...used.map(({ name }) => name.length));
  const rows = used.map(
    ({ name, size, latencySeconds }) =>
      `  ${name.padEnd(width)}  ${String(size).padStart(7)} waiting, the oldest for ${latencySeconds} s`,
  );
  const { retry, scheduled, dead, processes } = queues;
  const configured = `${bounds.demand.worker.count} x ${configuredMemoryMb} MB`;
  const verdict =
    proposal.actions.length > 0
      ? "Proposal:"
      : proposal.blocked
        ? "A change is needed, but not allowed:"
        : "No change:";
  return [
    `${app}: queues`,
    ...(rows.length > 0 ? rows : ["  empty"]),
    `  retry ${retry}, scheduled ${scheduled}, dead ${dead}; Sidekiq processes ${processes}`,
    `Workers: ${workers.count} x ${workers.memoryMb} MB (configuration: ${configured})`,
    verdict,
    ...proposal.actions.map((action) => `  ${describeAction(action)}`),
    ...proposal.reasons.map((reason) => `  ${reason}.`),
  ].join("\n");
}
