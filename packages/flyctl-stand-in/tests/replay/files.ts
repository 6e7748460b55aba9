import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "smol-toml";
import type { Recorded } from "./recorded.ts";

const whole = {
  app: "cw-e2e",
  primary_region: "iad",
  deploy: { release_command: "bundle exec rails db:chatwoot_prepare" },
  kill_signal: "SIGTERM",
  kill_timeout: "30s",
  env: { FRONTEND_URL: "https://cw-test.fly.dev", RAILS_ENV: "production", RAILS_LOG_TO_STDOUT: "true" },
  processes: { web: "bundle exec rails s -p 3000 -b ::", worker: "bundle exec sidekiq -C config/sidekiq.yml" },
  http_service: {
    internal_port: 3000,
    force_https: true,
    auto_stop_machines: "off",
    auto_start_machines: true,
    min_machines_running: 1,
    processes: ["web"],
    concurrency: { type: "requests", hard_limit: 250, soft_limit: 200 },
    checks: [
      {
        path: "/api",
        method: "GET",
        protocol: "http",
        interval: "15s",
        timeout: "10s",
        grace_period: "1m",
        headers: { "X-Forwarded-Proto": "https" },
      },
    ],
  },
  restart: [{ policy: "always", processes: ["worker"] }],
  vm: [
    { size: "shared-cpu-2x", memory: "2gb", processes: ["web"] },
    { size: "shared-cpu-1x", memory: "1gb", processes: ["worker"] },
  ],
};

/**
 * The files that the recorded calls name. They were not recorded: those of a stack are its recorded `config show`, `fly.json`
 * is what its machines show, the broken ones have the mistakes that flyctl reports, and `bad5`, `novm`, `renamed` and `v2`,
 * which flyctl accepts, are invented.
 */
export function writeFiles(folder: string, recording: readonly Recorded[]): void {
  for (const { args, stdout } of recording) {
    const app = args[args.indexOf("--app") + 1] ?? "";
    for (const [, name = ""] of args.join(" ").matchAll(/\/tmp\/fly-XXXXXX\/(\S+)/g)) {
      mkdirSync(join(folder, app), { recursive: true });
      if (name !== "fly.toml") writeFileSync(join(folder, app, name), "x");
    }
    if (args[0] === "config" && args[1] === "show")
      writeFileSync(join(folder, app, "fly.toml"), stringify(JSON.parse(stdout) as Record<string, unknown>));
  }
  const { http_service: service, ...others } = whole;
  const files: Record<string, object> = {
    fly: whole,
    bad: { ...whole, bogus: 1, deploy: { ...whole.deploy, seconds: 3 } },
    bad2: { ...whole, http_service: { ...service, processes: undefined } },
    bad3: { ...whole, http_service: { ...service, auto_stop_machines: "never" } },
    bad4: { ...whole, http_service: { ...service, checks: [{ path: "/health", grace_period: "3m" }] } },
    bad5: { ...whole, primary_region: "nope" },
    bad6: { ...whole, deploy: { ...whole.deploy, strategy: "foo" } },
    novm: { ...others, vm: undefined },
    renamed: { ...whole, app: "other" },
    v2: { ...whole, kill_timeout: "30s" },
  };
  for (const [name, config] of Object.entries(files))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(config));
  writeFileSync(join(folder, "broken.toml"), 'app = "x\n');
}
