import { stringify } from "smol-toml";
import { preparationFiles, preparationScript } from "../chatwoot/preparation.ts";
import type { Initializer } from "../chatwoot/initializers.ts";
import { livePath, webPort, workerHealthPort } from "../chatwoot/health.ts";
import { webCommand, workerCommandOf, workerStopSeconds } from "../chatwoot/processes.ts";
import type { Workers } from "../../config/worker-groups.ts";
import { sharedSize } from "../../config/machine-size.ts";
import { exportTigrisKeys } from "../driver/tigris.ts";

export interface MachineConfigArgs {
  app: string;
  region: string;
  image: string;
  /** Settings that are not secret: everyone with access to the app can read them. */
  settings: Record<string, string>;
  webMemoryMb: number;
  /** The main workers first. */
  workers: readonly [Workers, ...Workers[]];
  /** Open connections that one web machine takes, websockets included. */
  concurrency: number;
  strategy: "rolling" | "bluegreen";
  /** Memory of the machine that runs the preparation step. */
  releaseMemoryMb: number;
  /** Limit of one statement of a migration. Default: that of the preparation step. */
  migrationStatementTimeoutSeconds?: number | undefined;
  /** Whether the secret MIGRATION_DATABASE_URL has a separate database address for the preparation step. */
  migratesDirectly: boolean;
  /** Whether Fly set the keys of the bucket on the app, under names that Chatwoot does not read. */
  hasTigrisKeys: boolean;
  /** Files that Rails loads when it starts, in every process. */
  initializers: readonly Initializer[];
}

/**
 * The app's fly.toml as text. Every duration has a unit, because Fly reads some bare numbers as nanoseconds. Checks and
 * restart rules name their groups, because otherwise they apply only to the first group.
 */
export function renderMachineConfig(args: MachineConfigArgs): string {
  const { app, region, image, settings, workers, concurrency, migratesDirectly, hasTigrisKeys } = args;
  const keys = hasTigrisKeys ? exportTigrisKeys : "";
  const command = (words: readonly string[], exports = keys): string =>
    exports === "" ? words.join(" ") : `sh -c '${exports}exec ${words.join(" ")}'`;
  // fly.toml has one environment for all groups.
  const workerText = (each: Workers): string =>
    command(
      workerCommandOf(each),
      `${keys}${exportHostname}${"only" in (each.serves ?? {}) ? `export SIDEKIQ_CONCURRENCY=${each.concurrency}; ` : ""}`,
    );
  const groups = workers.map(({ name }) => name);
  const prepare = `${keys}${migratesDirectly ? 'export DATABASE_URL="$MIGRATION_DATABASE_URL"; ' : ""}${preparationScript(args.migrationStatementTimeoutSeconds)}`;
  return stringify({
    app,
    primary_region: region,
    // Fly's default is SIGINT and five seconds, which kills Sidekiq in the middle of its jobs.
    kill_signal: "SIGTERM",
    kill_timeout: `${workerStopSeconds}s`,
    build: { image },
    deploy: {
      strategy: args.strategy,
      release_command: `sh -c '${prepare}'`,
      release_command_vm: { size: sharedSize(args.releaseMemoryMb, 2), memory: megabytes(args.releaseMemoryMb) },
    },
    env: settings,
    processes: {
      web: command(webCommand),
      ...Object.fromEntries(workers.map((each) => [each.name, workerText(each)])),
    },
    http_service: {
      processes: ["web"],
      internal_port: webPort,
      force_https: true,
      auto_stop_machines: "off",
      auto_start_machines: true,
      min_machines_running: 1,
      // An open websocket is a connection for hours; `requests` would count it as a request that never ends.
      concurrency: { type: "connections", soft_limit: Math.floor(concurrency * 0.8), hard_limit: concurrency },
      checks: [
        {
          method: "GET",
          path: livePath,
          grace_period: "60s",
          interval: "15s",
          timeout: "10s",
          // Fly checks over plain HTTP, which Rails would redirect.
          headers: { "X-Forwarded-Proto": "https" },
        },
      ],
    },
    checks: {
      worker: {
        processes: groups,
        type: "http",
        port: workerHealthPort,
        path: "/",
        grace_period: "60s",
        interval: "30s",
        timeout: "5s",
      },
    },
    vm: [
      { processes: ["web"], size: sharedSize(args.webMemoryMb), memory: megabytes(args.webMemoryMb) },
      ...workers.map(({ name, memoryMb }) => ({
        processes: [name],
        size: sharedSize(memoryMb),
        memory: megabytes(memoryMb),
      })),
    ],
    files: [...preparationFiles, ...args.initializers].map(({ path, text }) => ({ guest_path: path, raw_value: text })),
    restart: [
      { policy: "on-failure", retries: 10, processes: ["web"] },
      // A worker ends without a failure when Redis stops it before its own restart.
      { policy: "always", processes: groups },
    ],
  });
}

/** The worker's health check (`sidekiq_alive`) uses this name, which Fly does not set. */
const exportHostname = "export HOSTNAME=$FLY_MACHINE_ID; ";

function megabytes(count: number): string {
  return `${count}mb`;
}
