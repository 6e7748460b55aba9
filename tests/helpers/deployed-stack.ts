import { stringify } from "smol-toml";
import { stepCommand } from "../../components/driver/command.ts";
import { parseDeployment } from "../../ops/lib/stack/deployment.ts";
import { recordedSteps, type RecordedStep } from "../../ops/lib/stack/steps.ts";

export const app = "chat";

/** A step as in a state, with the test's inputs and outputs. */
export interface StepFacts {
  component?: string;
  inputs: Record<string, unknown>;
  stdout?: unknown;
  protect?: boolean;
  deletes?: boolean;
}

/** A deployment export with these steps, by name. */
export function exportOf(steps: Record<string, StepFacts>): string {
  const resources = Object.entries(steps).map(([name, { component = "Part", inputs, stdout, protect, deletes }]) => {
    const { interpreter, create, delete: remove } = stepCommand(name.split("/")[0]!);
    return {
      urn: urnOf(name, component),
      type: "command:local:Command",
      parent: `urn:pulumi:staging::chatwoot::chatwoot:fly:${component}::part`,
      protect,
      inputs: {
        interpreter,
        create,
        ...(deletes ? { delete: remove } : {}),
        environment: Object.fromEntries(Object.entries(inputs).map(([key, value]) => [`STEP_${key}`, value])),
      },
      outputs: { stdout: typeof stdout === "string" ? stdout : JSON.stringify(stdout ?? {}) },
    };
  });
  return JSON.stringify({ version: 3, deployment: { manifest: {}, resources } });
}

export const urnOf = (name: string, component = "Part"): string =>
  `urn:pulumi:staging::chatwoot::chatwoot:fly:${component}$command:local:Command::${name}`;

export const stepsOf = (steps: Record<string, StepFacts>): RecordedStep[] =>
  recordedSteps(parseDeployment(exportOf(steps), "test"));

export const flyToml = {
  app,
  primary_region: "ord",
  kill_timeout: "60s",
  env: { RAILS_ENV: "production", LIMIT: "60s" },
  build: { image: "chatwoot/chatwoot:v4.16.2" },
  processes: { web: "rails", worker: "sidekiq" },
  http_service: { processes: ["web"], internal_port: 3000, auto_stop_machines: "off", checks: [{ path: "/health" }] },
  checks: { worker: { processes: ["worker"], port: 7433, interval: "30s" } },
  vm: [
    { processes: ["web"], size: "shared-cpu-1x", memory: "1gb" },
    { processes: ["worker"], size: "shared-cpu-1x", memory: "1024mb" },
  ],
  files: [{ guest_path: "/app/bootstrap.rb", raw_value: "puts 1\n".repeat(50) }],
};

export const digest = `sha256:${"3238e99b".repeat(8)}`;

/** The steps of an app with everything that drift compares. */
export const wholeApp: Record<string, StepFacts> = {
  app: { component: "App", inputs: { APP: app, ORGANIZATION: "hotdash" }, protect: true, deletes: true },
  secrets: {
    inputs: { APP: app, SECRET_NAMES: "REDIS_URL\nSECRET_KEY_BASE" },
    stdout: { digests: { REDIS_URL: "aaaa", SECRET_KEY_BASE: "bbbb" } },
  },
  deployment: {
    inputs: { APP: app, MACHINE_CONFIG: stringify(flyToml) },
    stdout: { release: 3, image: `registry-1.example/chatwoot/chatwoot:v4.16.2@${digest}` },
  },
  scale: { inputs: { APP: app, COUNTS: "web=1 worker=2" } },
};
