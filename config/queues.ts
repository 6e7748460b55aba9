/**
 * Chatwoot's queues in Sidekiq's order of priority (`config/sidekiq.yml` of Chatwoot 4.16.2), with their urgency:
 * - urgent: messages, mails and webhooks wait for these jobs; they must run within minutes.
 * - waiting: users or agents wait for these jobs, such as mail fetched by IMAP; they start more workers.
 * - cleanup: thousands of jobs at night; more workers would only load the database.
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

/**
 * Prefix of the job classes that Chatwoot's public endpoints feed (`/webhooks/`, `/twilio/`, `/bot`). Not every endpoint
 * checks a signature first: an empty `POST /webhooks/sms/...` of any visitor leaves a dead `Webhooks::SmsEventsJob`.
 */
export const publicJobs = "Webhooks::";

/** All queues, in order of priority. */
export const allQueues: readonly Queue[] = names;
/** Queues whose latency raises an alert within minutes. */
export const urgentQueues: readonly Queue[] = names.filter((name) => queues[name] === "urgent");
/** Queues whose waiting jobs start another worker. */
export const scalingQueues: readonly Queue[] = names.filter((name) => queues[name] !== "cleanup");
