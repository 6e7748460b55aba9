import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { KubernetesConfig } from "../../../config/schema.ts";
import { parseConfig } from "../../../stacks/parse.ts";
import { rawConfig } from "../../../tests/helpers/stack-files.ts";
import { checkArchive, type BackupKeys } from "./archive.ts";

/* A bucket that answers a listing. */

let server: Server;
let asked: string[] = [];
let answer: { status: number; keys: number };
beforeAll(async () => {
  server = createServer(({ url = "" }, response) => {
    asked.push(decodeURIComponent(url));
    response.writeHead(answer.status, { "content-type": "application/xml" });
    response.end(`<ListBucketResult><KeyCount>${answer.keys}</KeyCount></ListBucketResult>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  answer = { status: 200, keys: 1 };
});

const given: BackupKeys = () => Promise.resolve({ accessKeyId: "id", secretAccessKey: "planted-key" });

async function check(cluster: object | number, keys = given): Promise<string[]> {
  const raw = rawConfig("prod", ({ settings }) => {
    const { backup } = (settings as { kubernetes: { postgres: { backup: Record<string, unknown> } } }).kubernetes
      .postgres;
    backup["destination"] = "s3://backups/chatwoot";
    backup["endpoint"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    backup["serverName"] = "first";
  });
  const settings = parseConfig(raw).settings as KubernetesConfig;
  const found = typeof cluster === "number" ? { status: cluster, body: undefined } : { status: 200, body: cluster };
  return (await checkArchive(() => Promise.resolve(found), settings, keys)).map(
    ({ key, message }) => `${key}: ${message}`,
  );
}

const archivesTo = (serverName: string) => ({ spec: { plugins: [{ parameters: { serverName } }] } });

test("a folder that is not empty is refused before a new cluster", async () => {
  expect(await check(404)).toEqual([
    "kubernetes.postgres.backup.serverName: is first, but s3://backups/chatwoot/first/ is not empty, and a new cluster " +
      "archives nothing into the folder of another. Set another name; to continue with the data there, set " +
      "kubernetes.postgres.recovery (docs/kubernetes/backups.md)",
  ]);
  expect(asked).toEqual(["/backups/?list-type=2&max-keys=1&prefix=chatwoot/first/"]);
});

test("also before a running cluster archives to another folder for the first time", async () => {
  for (const cluster of [{ spec: {} }, archivesTo("other")]) expect(await check(cluster)).toHaveLength(1);
});

test.each<[what: string, cluster: object | number, status: number, keys: number]>([
  ["an empty folder", 404, 200, 0],
  ["keys that may not list", 404, 403, 1],
])("%s passes", async (_what, cluster, status, keys) => {
  answer = { status, keys };
  expect(await check(cluster)).toEqual([]);
  expect(asked).toHaveLength(1);
});

test("nothing is asked of a cluster that archives there, that cannot be read, or without keys", async () => {
  expect(await check(archivesTo("first"))).toEqual([]);
  expect(await check(403)).toEqual([]);
  expect(await check(404, () => Promise.resolve(undefined))).toEqual([]);
  expect(asked).toEqual([]);
});
