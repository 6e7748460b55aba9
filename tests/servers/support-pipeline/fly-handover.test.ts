import { afterEach, beforeEach, expect, test } from "vitest";
import { effectiveSecrets } from "flyctl-stand-in";
import { DriverWorld } from "../../processes/flyctl/driver-world.ts";

/* Secrets of a consumer's app, by the driver's step over the stand-in of flyctl. */

let world: DriverWorld;
beforeEach(async () => {
  world = new DriverWorld();
  await world.converge("app", { inputs: { APP: "hotdash-app" } });
  await world.converge("secrets", {
    inputs: { APP: "hotdash-app", SECRET_NAMES: "OWN", RETIRED_NAMES: "" },
    secrets: { OWN: "theirs-0", CHATWOOT_OLD: "planted-old" },
  });
});
afterEach(() => world.dispose());

const secrets = { CHATWOOT_API_KEY: "planted-token", CHATWOOT_ACCOUNT_ID: "1" };
const options = (mode: string, more: Record<string, string> = {}) => ({
  inputs: { APP: "hotdash-app", MODE: mode, SECRET_NAMES: Object.keys(secrets).join("\n"), RETIRED_NAMES: "", ...more },
  secrets,
});
const names = (): string[] => Object.keys(effectiveSecrets(world.state.apps["hotdash-app"]!)).sort();

test("staged: managed names are set, names no longer handed over are unset, and others are kept", async () => {
  const env = { PULUMI_COMMAND_STDOUT: JSON.stringify({ digests: { CHATWOOT_OLD: "x" } }) };
  expect(await world.converge("handover", { ...options("staged"), env })).toMatchObject({ unset: ["CHATWOOT_OLD"] });
  expect(world.calls(true)).not.toContain("secrets deploy");
  expect(names()).toEqual(["CHATWOOT_ACCOUNT_ID", "CHATWOOT_API_KEY", "OWN"]);
  expect(world.evidence().text).not.toContain("planted-");
});

test("deployed: an app without machines gets them with its first deployment", async () => {
  const { code, stderr } = await world.step("handover", options("deployed"));
  expect(code, stderr).toBe(0);
  expect(world.calls()).toContain("secrets deploy");
  expect(stderr).toMatch(/hotdash-app has no machines; its first deployment gets the new secrets/);
});

test("removed: exactly the managed names are unset, also the second time", async () => {
  await world.converge("handover", options("staged"));
  for (const round of [1, 2]) {
    const { code, stderr } = await world.step("handover", { ...options("staged"), args: ["--delete"] });
    expect(code, `${round}: ${stderr}`).toBe(0);
  }
  expect(names()).toEqual(["CHATWOOT_OLD", "OWN"]);
});

test("a missing app is reported, and nothing is created", async () => {
  const { code, stderr } = await world.step("handover", options("staged", { APP: "hotdash-ap" }));
  expect(code).toBe(1);
  expect(stderr).toMatch(/app hotdash-ap: does not exist, or the token cannot read it[^]*support\.handover\.fly/);
  expect(Object.keys(world.state.apps)).toEqual(["hotdash-app"]);
});
