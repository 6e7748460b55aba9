/** Chatwoot's health route (`config/routes.rb`): 200 while Rails runs. `/hc`, `/up` and `/rails/health` do not exist. */
export const livePath = "/health";

/** Port of web. */
export const webPort = 3000;

/** Sidekiq's own health server (`sidekiq_alive`). Never expose it: one bare TCP connection makes it spin forever. */
export const workerHealthPort = 7433;
