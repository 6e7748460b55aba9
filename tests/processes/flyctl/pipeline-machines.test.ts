import { afterEach, beforeEach, expect, test } from "vitest";
import { readCalls } from "flyctl-stand-in";
import { scheduledProgram } from "../../../components/chatwoot/pipeline-schedule/bundle.ts";
import { DriverWorld, type StepOptions } from "./driver-world.ts";

/* The machines that check the support pipeline, by the driver's steps. */

const app = "chat-pipeline";
const planted = "postgresql://facts:planted-facts-password@db.example.com:5432/facts";

let world: DriverWorld;
beforeEach(async () => {
  world = new DriverWorld();
  await world.converge("app", { inputs: { APP: app, HOLDS_DATA: "false" } });
  await secret(planted);
});
afterEach(() => world.dispose());

const secret = (value: string): Promise<unknown> =>
  world.converge("secrets", {
    inputs: { APP: app, SECRET_NAMES: "DATABASE_URL", RETIRED_NAMES: "" },
    secrets: { DATABASE_URL: value },
  });

const inputs = (name: "check" | "report", changes: Record<string, string> = {}): StepOptions => ({
  inputs: {
    APP: app,
    NAME: name,
    IMAGE: "docker.io/library/node:24.21.0-alpine",
    REGION: "ord",
    MEMORY_MB: "256",
    SCHEDULE: name === "check" ? "hourly" : "weekly",
    ARGS: name === "check" ? "check 60" : "report",
    SETTINGS: JSON.stringify({ CHATWOOT_PIPELINE: JSON.stringify({ name: "staging" }) }),
    PROGRAM_SHA256: "0",
    SECRETS_FINGERPRINT: "f1",
    ...changes,
  },
});
const machines = () => world.state.apps[app]!.machines;

test("each machine is created once, with its program, period and secret, and starts", async () => {
  const made = [await world.converge("pipeline", inputs("check")), await world.converge("pipeline", inputs("report"))];
  expect(made).toEqual(machines().map(({ id }) => ({ machine: id, runs: true })));
  const file = { guest_path: "/pipeline.cjs", raw_value: Buffer.from(scheduledProgram()).toString("base64") };
  const common = { files: [file], restart: { policy: "no" }, guest: { cpus: 1, memory_mb: 256 } };
  expect(machines()).toMatchObject([
    {
      name: "check",
      config: { ...common, schedule: "hourly", init: { cmd: ["node", "/pipeline.cjs", "check", "60"] } },
    },
    { name: "report", config: { ...common, schedule: "weekly", init: { cmd: ["node", "/pipeline.cjs", "report"] } } },
  ]);
  expect(machines()[0]!.config.env).toEqual({ CHATWOOT_PIPELINE: '{"name":"staging"}' });

  const before = world.calls(true).length;
  expect(await world.converge("pipeline", inputs("check"))).toMatchObject({ runs: false });
  expect(world.calls(true)).toHaveLength(before);
});

test.each<[what: string, changes: Record<string, string>]>([
  ["another secret and another period", { SECRETS_FINGERPRINT: "f2", SCHEDULE: "daily" }],
])("%s updates that machine only", async (_, changes) => {
  await world.converge("pipeline", inputs("check"));
  await world.converge("pipeline", inputs("report"));
  const [check, report] = machines();
  expect(await world.converge("pipeline", inputs("check", changes))).toEqual({ machine: check!.id, runs: true });
  expect(machines().find(({ name }) => name === "report")).toEqual(report);
  expect(machines().find(({ name }) => name === "check")!.config.metadata).not.toEqual(check!.config.metadata);
});

test("another region replaces the machine; a deleted machine is created again", async () => {
  await world.converge("pipeline", inputs("check"));
  await world.converge("pipeline", inputs("check", { REGION: "ams" }));
  expect(machines().map(({ name, region }) => `${name} ${region}`)).toEqual(["check ams"]);
  world.change((state) => (state.apps[app]!.machines = []));
  expect(await world.converge("pipeline", inputs("check", { REGION: "ams" }))).toMatchObject({ runs: true });
  expect(machines()).toHaveLength(1);
});

test("neither calls nor evidence contain the address", async () => {
  await world.converge("pipeline", inputs("check"));
  expect(JSON.stringify(readCalls(world.env["FLYCTL_SANDBOX_DIR"]!).map(({ argv }) => argv))).not.toContain("planted");
  expect(world.evidence().text).not.toContain("planted");
});
