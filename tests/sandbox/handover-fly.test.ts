import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hostsVariable } from "../../sandbox/chatwoot/hosts.ts";
import { preparedState, startChatwoot, type ChatwootStandIn } from "../../sandbox/chatwoot/chatwoot.ts";
import { projectFolder } from "../../lib/project-folder.ts";
import { createAuthority } from "kubernetes-sandbox";
import { effectiveSecrets } from "flyctl-stand-in";
import { plain } from "pulumi-embedded-engine";
import { app, openFlyAccount, messagesOf, type Change } from "./fly-account.ts";

/* A whole `up` that asks the deployed Chatwoot for its account id, with the token that it generated. */

const consumer = "hotdash-app";
const url = `https://${app}.fly.dev`;
const account = openFlyAccount();
const handingOver: Change = ({ settings }) =>
  (settings["support"].handover = { timeoutSeconds: 10, fly: [{ app: consumer, mode: "staged" }] });
let chatwoot: ChatwootStandIn;
let apiToken: string;

beforeAll(async () => {
  const first = await account.up();
  expect(first.ok, messagesOf(first)).toBe(true);
  apiToken = await generated("secrets-api-token");
  await createApp(consumer);

  const { ca, sign } = await createAuthority("chatwoot-sandbox");
  const hostname = new URL(url).hostname;
  const { key, certificate } = await sign({
    subject: [{ CN: [hostname] }],
    usages: ["serverAuth"],
    names: [{ type: "dns", value: hostname }],
  });
  chatwoot = await startChatwoot({
    state: preparedState({ account: "HotDash", apiToken }),
    tls: { key, cert: certificate },
    frontendUrl: url,
  });
  const ports = { [hostname]: Number(new URL(chatwoot.url).port) };
  process.env[hostsVariable] = JSON.stringify({ ports, ca: ca.certificate });
  process.env["NODE_OPTIONS"] = `--import ${pathToFileURL(join(projectFolder, "sandbox/chatwoot/hosts.ts")).href}`;
});
afterAll(async () => {
  delete process.env["NODE_OPTIONS"];
  delete process.env[hostsVariable];
  await chatwoot?.stop();
  account.dispose();
});

async function generated(name: string): Promise<string> {
  const found = (await account.resources()).find(({ urn }) => urn.endsWith(`::${name}`));
  return plain(found?.outputs?.["result"]) as string;
}

/** The consumer's app as its owner created it, with a secret of the owner's. */
async function createApp(name: string): Promise<void> {
  await account.fly(["apps", "create", name, "--org", "hotdash"]);
  await account.fly(["secrets", "set", "OWN=of-its-owner", "--stage", "--app", name]);
}

const handed = () => {
  const theirs = account.state().apps[consumer]!;
  return effectiveSecrets(theirs, theirs.secretsVersion);
};

test("hands over the id from the running Chatwoot, with address, token and key", async () => {
  const run = await account.up(handingOver);
  expect(run.ok, messagesOf(run)).toBe(true);
  expect(plain(run.outputs["accountId"])).toBe(1);
  expect(chatwoot.requests).toContain("GET /api/v1/profile");
  expect(handed()).toEqual({
    OWN: "of-its-owner",
    CHATWOOT_BASE_URL: url,
    CHATWOOT_API_KEY: apiToken,
    CHATWOOT_ACCOUNT_ID: "1",
    CHATWOOT_WEBHOOK_SECRET: await generated("secrets-webhook-secret"),
    AGENT_SDK_URL: "https://hotdash-agent-service.fly.dev",
  });
  expect(messagesOf(run)).not.toContain(apiToken);
});

test("repeats no request while nothing changes", async () => {
  const asked = chatwoot.requests.length;
  expect(Object.keys((await account.up(handingOver)).changes)).toEqual(["same"]);
  expect(chatwoot.requests).toHaveLength(asked);
});

test("reports a different account, and hands nothing over", async () => {
  const before = handed();
  const renamed: Change = (values) => {
    handingOver(values);
    values.settings["account"] = "Somebody else";
  };
  const run = await account.up(renamed);
  expect(run.ok).toBe(false);
  expect(messagesOf(run)).toContain("the token's user is not in an account named Somebody else");
  expect(handed()).toEqual(before);
});

test("unsets the secrets that it set, and no others, when the hand-over is removed", async () => {
  const run = await account.up();
  expect(run.ok, messagesOf(run)).toBe(true);
  expect(handed()).toEqual({ OWN: "of-its-owner" });
});
