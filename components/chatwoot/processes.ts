import type { Workers } from "../../config/worker-groups.ts";

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
const workerCommand = ["bundle", "exec", "sidekiq", "-C", "config/sidekiq.yml"] as const;

/**
 * Workers of one group. Queues on the command line replace those of the file, in strict order like them. The main worker
 * takes the file's other queues when it starts, so that it also serves a queue that a later version adds; if the file
 * cannot be read, it serves all of them.
 */
export function workerCommandOf({ serves }: Pick<Workers, "serves">): readonly string[] {
  if (serves === undefined) return workerCommand;
  return "only" in serves
    ? [...workerCommand, ...serves.only.flatMap((queue) => ["-q", queue])]
    : [...workerCommand, `$(ruby -ryaml -rerb -e "${otherQueues}" ${serves.allBut.join(" ")})`];
}

/** Whether a command needs a shell. */
export function needsShell(command: readonly string[]): boolean {
  return command.some((word) => word.startsWith("$("));
}

/** Without quotes, because it is within quotes of two kinds. */
const otherQueues =
  "file = YAML.safe_load(ERB.new(File.read(%q(config/sidekiq.yml))).result, permitted_classes: [Symbol], aliases: true); " +
  "puts (file[:queues].map { |name, _| name } - ARGV).map { |name| %q(-q ) + name }";

/** Sidekiq gives its jobs 25 seconds after SIGTERM; the platform must wait longer. */
export const workerStopSeconds = 60;
