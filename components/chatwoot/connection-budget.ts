/** How many database sessions a deployment holds at the worst moment: while the next release migrates beside it. */
export interface ConnectionDemand {
  web: { count: number; threads: number };
  worker: { count: number; concurrency: number };
  /** Sessions of the preparation step on the same pool; 0 where it has an address of its own. */
  preparation: number;
}

/** `rails db:chatwoot_prepare` and the bootstrap run one after the other, on one connection each. */
export const preparationConnections = 1;

export function connectionsNeeded({ web, worker, preparation }: ConnectionDemand): number {
  return web.count * web.threads + worker.count * worker.concurrency + preparation;
}

/** The sum with its parts, for a message: `web 1 x 5 + worker 1 x 10 + preparation 1 = 16`. */
export function explainConnections(demand: ConnectionDemand): string {
  const { web, worker, preparation } = demand;
  const parts = [`web ${web.count} x ${web.threads}`, `worker ${worker.count} x ${worker.concurrency}`];
  if (preparation > 0) parts.push(`preparation ${preparation}`);
  return `${parts.join(" + ")} = ${connectionsNeeded(demand)}`;
}
