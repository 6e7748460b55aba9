import { z } from "zod";

const fix = z.boolean("is not true or false. Write true or false").optional();

/**
 * Fixes for Chatwoot, mounted into web and worker as Rails initializers. Each is enabled by default,
 * except from the Chatwoot version that contains it; true or false overrides that. A change restarts web and worker.
 */
export const initializers = z.strictObject({
  /** Takes the address of a visitor only from the edge, for throttles and logs. Default: true. */
  clientAddress: fix,
  /** Reconnects websockets to Redis after it restarts. Default: true before Chatwoot 4.18.0. */
  websocketReconnect: fix,
  /** Makes a job that fails while Redis is away wait for Redis, so that Sidekiq can write its retry. Default: true. */
  jobRetry: fix,
  /** Keeps Sidekiq's scheduler running if Redis is away when a worker starts. Default: true. */
  jobScheduler: fix,
  /** Routes inbound mail that is pending for 10 minutes. Default: true. */
  pendingMail: fix,
  /** Removes the arguments of jobs from the logs. They contain webhook secrets and customers' text. Default: true. */
  hiddenArguments: fix,
});

export type InitializersConfig = z.output<typeof initializers>;
