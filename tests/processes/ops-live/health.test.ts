import { afterAll, beforeAll, expect, test } from "vitest";
import { app, deployedStaging, type Deployed } from "./support.ts";

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
  expect(output.match(/^ok {6}/gm)).toHaveLength(9);
  expect(output.trimEnd()).toMatch(/\nChatwoot health check OK$/);
});

test("a machine that gets no requests is reported with the command that helps", async () => {
  const [web] = Object.values(staging.fly.state().apps[app]!.machines).filter(
    ({ config }) => config.metadata?.["fly_process_group"] === "web",
  );
  await staging.byHand("machine", "cordon", web!.id);
  const output = await staging.ops(["health"], 2);
  expect(output.replaceAll(/\s+/g, " ")).toMatch(
    new RegExp(
      `FAILED machines web ${web!.id} cordoned: a maintenance window is open \\(\\d+ ms\\) Close it: \`pulumi up --stack staging\``,
    ),
  );
  await staging.byHand("machine", "uncordon", web!.id);
});

test("the deployed stack passes the smoke test", async () => {
  const output = await staging.ops(["smoke", "--mail"]);
  expect(output).toContain("attachment      4 kB written and read back");
  expect(output).toContain("check that it reaches");
  expect(output.match(/^ok {6}/gm)).toHaveLength(8);
  expect(output.trimEnd()).toMatch(/\nChatwoot smoke test OK$/);
});
