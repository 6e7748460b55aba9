/**
 * Chatwoot's queues in the order in which Sidekiq works them off (`config/sidekiq.yml` of Chatwoot 4.16.2), by how soon
 * their jobs must run:
 * - urgent: a message, mail or webhook waits for it; minutes.
 * - waiting: users or agents wait for it, as for mail fetched by IMAP; more workers start for it.
 * - cleanup: at night and by the thousand; more workers would only load the database.
 */
const queues = {
  critical: "urgent",
  high: "urgent",
  medium: "urgent",
  default: "urgent",
  mailers: "urgent",
  action_mailbox_routing: "urgent",
  low: "waiting",
  scheduled_jobs: "waiting",
  deferred: "cleanup",
  purgable: "cleanup",
  housekeeping: "cleanup",
  async_database_migration: "cleanup",
  bulk_reindex_low: "cleanup",
  active_storage_analysis: "cleanup",
  active_storage_purge: "cleanup",
  action_mailbox_incineration: "cleanup",
} as const;

type Queue = keyof typeof queues;
const names = Object.keys(queues) as Queue[];

/** Every queue, in order. */
export const allQueues: readonly Queue[] = names;
/** Queues whose latency raises an alert within minutes. */
export const urgentQueues: readonly Queue[] = names.filter((name) => queues[name] === "urgent");
/** Queues whose waiting jobs start another worker. */
export const scalingQueues: readonly Queue[] = names.filter((name) => queues[name] !== "cleanup");
