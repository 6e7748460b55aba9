/** Maximum number of database sessions during a deployment. */
export interface ConnectionDemand {
  web: { count: number; threads: number };
  worker: { count: number; concurrency: number };
  /** Workers with their own queues, by the name of their process group. Default: none. */
  groups?: Readonly<Record<string, { count: number; concurrency: number }>>;
  /** Sessions of the preparation step on the same pool; 0 if it uses another address, or the app stops for it. */
  preparation: number;
  /** Sessions of the backup on the same pool. Default: 0. */
  backup?: number;
  /**
   * Sessions of the facts' migration on the same pool. It finishes before the preparation step starts, and web and worker
   * always run during it. Default: 0.
   */
  facts?: number;
  /** Sessions of the scheduled pipeline checks on the same pool. Default: 0. */
  pipeline?: number;
  /** Number of sets of machines during a release: 2 for bluegreen. Default: 1. */
  sets?: number;
  /** Additional machines of each tier during a rolling replacement. Default: 0. */
  beside?: number;
}

/** `rails db:chatwoot_prepare` and the bootstrap run in sequence, with one connection each. */
export const preparationConnections = 1;

/** `pg_dump` reads everything on one connection. */
export const backupConnections = 1;

/** The facts' tables are made on one connection. */
export const factsConnections = 1;

/** The check and the report may run at once. */
export const pipelineConnections = 2;

export function connectionsNeeded(demand: ConnectionDemand): number {
  return parts(demand).reduce((sum, { sessions }) => sum + sessions, 0);
}

/** The sum with its parts, for a message: `web 1 x 5 + worker 1 x 10 + preparation 1 = 16`. */
export function explainConnections(demand: ConnectionDemand): string {
  const shown = parts(demand).filter(({ sessions }) => sessions > 0);
  return `${shown.map(({ text }) => text).join(" + ")} = ${connectionsNeeded(demand)}`;
}

/** The part of the groups, if there are any. */
export function groupsDemand(groups: readonly { name: string; count: number; concurrency: number }[]) {
  return groups.length === 0
    ? {}
    : { groups: Object.fromEntries(groups.map(({ name, count, concurrency }) => [name, { count, concurrency }])) };
}

function parts(demand: ConnectionDemand) {
  const { web, worker, groups = {}, preparation, backup = 0, facts = 0, pipeline = 0, sets = 1, beside = 0 } = demand;
  // The second set starts after the preparation step, and holds more sessions.
  const preparing = sets > 1 ? 0 : preparation;
  // They run in sequence, so only the excess counts.
  const making = sets > 1 ? 0 : Math.max(0, facts - preparing);
  const times = sets > 1 ? `${sets} x ` : "";
  const held = (count: number) => (beside > 0 ? `(${count} + ${beside})` : String(count));
  return [
    {
      sessions: sets * (web.count + beside) * web.threads,
      text: `web ${times}${held(web.count)} x ${web.threads}`,
    },
    ...Object.entries({ worker, ...groups }).map(([name, { count, concurrency }]) => ({
      sessions: sets * (count + beside) * concurrency,
      text: `${name} ${times}${held(count)} x ${concurrency}`,
    })),
    { sessions: preparing, text: `preparation ${preparing}` },
    { sessions: making, text: `facts ${making}` },
    { sessions: backup, text: `backup ${backup}` },
    { sessions: pipeline, text: `pipeline ${pipeline}` },
  ];
}
