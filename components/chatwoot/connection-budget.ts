/** How many database sessions a deployment holds at the worst moment. */
export interface ConnectionDemand {
  web: { count: number; threads: number };
  worker: { count: number; concurrency: number };
  /** Sessions of the preparation step on the same pool; 0 where it has an address of its own, or the app stops for it. */
  preparation: number;
  /** Sessions of the backup on the same pool. Default 0. */
  backup?: number;
  /** How many sets of machines run at once while a release replaces them: 2 for bluegreen. Default 1. */
  sets?: number;
  /** Machines of each tier beside those counted, while one after the other is replaced. Default 0. */
  beside?: number;
}

/** `rails db:chatwoot_prepare` and the bootstrap run one after the other, on one connection each. */
export const preparationConnections = 1;

/** `pg_dump` reads everything on one connection. */
export const backupConnections = 1;

export function connectionsNeeded(demand: ConnectionDemand): number {
  return parts(demand).reduce((sum, { sessions }) => sum + sessions, 0);
}

/** The sum with its parts, for a message: `web 1 x 5 + worker 1 x 10 + preparation 1 = 16`. */
export function explainConnections(demand: ConnectionDemand): string {
  const shown = parts(demand).filter(({ sessions }) => sessions > 0);
  return `${shown.map(({ text }) => text).join(" + ")} = ${connectionsNeeded(demand)}`;
}

function parts({ web, worker, preparation, backup = 0, sets = 1, beside = 0 }: ConnectionDemand) {
  // The second set comes when the preparation step is over, and holds more than that did.
  const preparing = sets > 1 ? 0 : preparation;
  const times = sets > 1 ? `${sets} x ` : "";
  const held = (count: number) => (beside > 0 ? `(${count} + ${beside})` : String(count));
  return [
    {
      sessions: sets * (web.count + beside) * web.threads,
      text: `web ${times}${held(web.count)} x ${web.threads}`,
    },
    {
      sessions: sets * (worker.count + beside) * worker.concurrency,
      text: `worker ${times}${held(worker.count)} x ${worker.concurrency}`,
    },
    { sessions: preparing, text: `preparation ${preparing}` },
    { sessions: backup, text: `backup ${backup}` },
  ];
}
