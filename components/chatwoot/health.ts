/**
 * The health routes that Chatwoot has (`config/routes.rb`). `/hc`, `/up` and `/rails/health` do not exist.
 *
 * `live` answers 200 whenever Rails runs. `ready` answers 200 always: its body says whether Postgres (`data_services`)
 * and Redis (`queue_services`) are `ok`.
 */
export const healthPaths = { live: "/health", ready: "/api" } as const;

/** Where web listens. */
export const webPort = 3000;

/** Sidekiq's own health server (`sidekiq_alive`). Never expose it: one bare TCP connection makes it spin for ever. */
export const workerHealthPort = 7433;
