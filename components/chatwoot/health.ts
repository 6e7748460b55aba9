/**
 * Chatwoot's health routes (`config/routes.rb`). `/hc`, `/up` and `/rails/health` do not exist.
 *
 * `live` responds with 200 while Rails runs. `ready` always responds with 200; its body reports whether PostgreSQL
 * (`data_services`) and Redis (`queue_services`) are `ok`.
 */
export const healthPaths = { live: "/health", ready: "/api" } as const;

/** Port of web. */
export const webPort = 3000;

/** Sidekiq's own health server (`sidekiq_alive`). Never expose it: one bare TCP connection makes it spin forever. */
export const workerHealthPort = 7433;
