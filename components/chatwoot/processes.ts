/**
 * Commands of the image's processes (`docker/entrypoints/rails.sh`, `Procfile`). The image has no entrypoint. `rails.sh`
 * waits for the database and does not migrate it.
 */
export const webCommand = [
  "docker/entrypoints/rails.sh",
  "bundle",
  "exec",
  "rails",
  "s",
  "-p",
  "3000",
  "-b",
  "0.0.0.0",
] as const;
export const workerCommand = ["bundle", "exec", "sidekiq", "-C", "config/sidekiq.yml"] as const;

/** Sidekiq gives its jobs 25 seconds after SIGTERM; the platform must wait longer. */
export const workerStopSeconds = 60;
