import { afterAll, beforeAll, expect, test } from "vitest";
import { deployedStaging, type Deployed } from "./support.ts";

let staging: Deployed;
beforeAll(async () => {
  const support = {
    webhookUrl: "https://hotdash-app.fly.dev/api/webhooks/chatwoot",
    agentUrl: "https://hotdash-agent-service.fly.dev",
  };
  staging = await deployedStaging({ config: { "chatwoot:support": support } });
});
afterAll(() => staging?.dispose());

test("the deployed stack is healthy, by its public address and with the secrets in its outputs", async () => {
  const output = await staging.ops(["health"]);
  expect(output).toContain("staging: https://hotdash-chatwoot.fly.dev");
  expect(output.match(/^ok {6}/gm)).toHaveLength(8);
  expect(output.trimEnd()).toMatch(/\nChatwoot health check OK$/);
});

test("the deployed stack passes the smoke test", async () => {
  const output = await staging.ops(["smoke", "--mail"]);
  expect(output).toContain("attachment      4 kB written and read back");
  expect(output).toContain("check that it reaches");
  expect(output.match(/^ok {6}/gm)).toHaveLength(8);
  expect(output.trimEnd()).toMatch(/\nChatwoot smoke test OK$/);
});
