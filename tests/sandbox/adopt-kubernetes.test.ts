import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "chatwoot-adopt-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const named = (kind: string, name: string, parts: object = {}) => ({
  apiVersion: kind === "Deployment" ? "apps/v1" : "v1",
  kind,
  metadata: { name, namespace: "chatwoot" },
  ...parts,
});

/** The namespace's content by resource; a kind that is not here is not installed. */
const live = {
  "deployment.v1.apps": [
    named("Deployment", "chatwoot-web", { spec: { selector: { matchLabels: { app: "other" } } } }),
  ],
  persistentvolumeclaim: [named("PersistentVolumeClaim", "chatwoot-storage", { spec: { storageClassName: "nfs" } })],
  secret: [named("Secret", "chatwoot-secrets", { data: { SECRET_KEY_BASE: "cGxhbnRlZA==" } })],
};

/** Answers `get`, and rejects every command that changes something. */
const kubectl = `#!/usr/bin/env node
const live = JSON.parse(require("node:fs").readFileSync(${JSON.stringify(join(folder, "live.json"))}, "utf8"));
const words = process.argv.slice(2);
const at = words.indexOf("get");
if (at === -1 || words[words.indexOf("--context") + 1] !== "newjoy") process.exit(3);
const items = live[words[at + 1]];
if (items === undefined) {
  console.error("error: the server doesn't have a resource type " + words[at + 1]);
  process.exit(1);
}
console.log(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
`;

async function adopt(
  stack: string,
  objects: object,
  { words = [], env = {} }: { words?: string[]; env?: object } = {},
) {
  writeFileSync(join(folder, "live.json"), JSON.stringify(objects));
  writeFileSync(join(folder, "kubectl"), kubectl, { mode: 0o755 });
  return execa(process.execPath, ["ops/main.ts", "adopt", "--stack", stack, ...words], {
    cwd: projectFolder,
    env: {
      PATH: [folder, dirname(process.execPath), process.env["PATH"]].join(delimiter),
      CHATWOOT_CHART: "sandbox/chart",
      ...env,
    },
    reject: false,
    stdin: "ignore",
  });
}

test("lists what blocks the adoption of a manually created namespace, without its values", async () => {
  const { exitCode, stdout, stderr } = await adopt("prod", live);
  expect([exitCode, stderr]).toEqual([2, expect.not.stringContaining("Error")]);
  expect(stdout).toContain("| pulumi config set --secret chatwoot:keptSecrets --stack prod");
  expect(stdout).toContain("kubectl --namespace chatwoot delete deployment chatwoot-web");
  expect(stdout).toMatch(
    /PersistentVolumeClaim chatwoot-storage has a different spec\.storageClassName.*\n.*storageClassName nfs/,
  );
  expect(stdout).toMatch(/prod, objects: 3 adopted in place, 0 already managed, \d+ new\. 3 to fix first/);
  expect(stdout).not.toContain("cGxhbnRlZA");
});

test("refers a deployed stack to drift", async () => {
  const outputs = {
    ...{
      target: "kubernetes",
      url: "https://chat.newjoy.ro",
      account: "Newjoy",
      admin: { email: "a@b", password: "" },
    },
    ...{ apiToken: "", webhookSecret: "", databaseUrl: "", redisUrl: "" },
  };
  const resources = [{ urn: "urn:pulumi:prod::chatwoot::pulumi:pulumi:Stack::chatwoot-prod", outputs }].map((one) => ({
    ...one,
    type: "pulumi:pulumi:Stack",
    custom: false,
  }));
  const file = join(folder, "state.json");
  writeFileSync(file, JSON.stringify({ version: 3, deployment: { manifest: {}, resources } }));
  const { exitCode, stderr } = await adopt("prod", live, { env: { CHATWOOT_STATE_FILE: file } });
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("Run `npm run ops -- drift --stack prod`")]);
});

test("accepts an empty cluster", async () => {
  const { exitCode, stdout } = await adopt("prod", {}, { words: ["--json"] });
  expect(exitCode).toBe(0);
  const { obstacles, findings } = JSON.parse(stdout) as { obstacles: unknown[]; findings: { verdict: string }[] };
  expect(obstacles).toEqual([]);
  expect(new Set(findings.map(({ verdict }) => verdict))).toEqual(new Set(["new"]));
});

test("refers a stack on Fly to its preview, and a missing one to its file", async () => {
  const fly = await adopt("staging", {});
  expect([fly.exitCode, fly.stderr]).toEqual([1, expect.stringContaining("Run `pulumi preview --stack staging`")]);
  const nothing = await adopt("nowhere", {});
  expect([nothing.exitCode, nothing.stderr]).toEqual([
    1,
    expect.stringContaining("the file Pulumi.nowhere.yaml does not exist"),
  ]);
});
