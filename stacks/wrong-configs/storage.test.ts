import { expect, test } from "vitest";
import { rawConfig } from "../../tests/helpers/stack-files.ts";
import { problemsOf, testWrong, type WrongConfig } from "../../tests/helpers/wrong-configs.ts";

testWrong([
  [
    "attachments on a Fly volume",
    "staging",
    ({ settings }) => (settings["storage"] = { kind: "claim", storageClass: "x" }),
  ],
  [
    "claim that only one pod can mount",
    "prod",
    ({ settings }) => (settings["storage"].accessMode = "ReadWriteOncePod"),
  ],
  ["attachments on a machine's disk", "staging", ({ settings }) => (settings["storage"] = { kind: "local" })],

  ...[
    { endpoint: "http://minio.chatwoot.svc.cluster.local:9000" },
    { endpoint: "https://minio:9000" },
    { endpoint: "https://10.0.0.5:9000" },
    { endpoint: "https://[fd00::5]:9000" },
    { endpoint: "http://s3.example.com" },
    { endpoint: "https://acme-chat.s3.eu-central-1.amazonaws.com" },
    { endpoint: "https://acme-chat.fra1.digitaloceanspaces.com" },
    { endpoint: "https://account.r2.cloudflarestorage.com/acme-chat" },
    { endpoint: "https://s3.example.com?bucket=acme-chat" },
    { endpoint: "https://key:planted-secret@s3.example.com" },
    { endpoint: "https://s3.example.com:99999" },
    { endpoint: "s3.example.com" },
    { bucket: "Acme_Chat" },
    { bucket: "s3://acme-chat" },
    { bucket: "acme/chat" },
    { bucket: "a" },
    { bucket: "acme..chat" },
    { bucket: "acme chat" },
    { region: "AUTO" },
    { region: "eu central 1" },
    { endpoint: "https://s3.eu-west-1.amazonaws.com", region: "auto" },
    { endpoint: "https://s3.eu-west-1.amazonaws.com", region: "us-east-1" },
    { endpoint: "https://abc.storage.supabase.co/storage/v1/s3", region: "auto" },
  ].map((given): WrongConfig => [
    `attachments at ${JSON.stringify(given)}`,
    "staging",
    ({ settings }) =>
      (settings["storage"] = { kind: "s3", bucket: "acme-chat", endpoint: "https://s3.example.com", ...given }),
  ]),
  [
    "dumps without TLS, with the bucket in the host",
    "staging",
    ({ settings, secrets }) => {
      settings["fly"].backup = { bucket: "Dumps", endpoint: "http://s3.example.com", region: "auto" };
      Object.assign(secrets, { backupAccessKeyId: "id", backupSecretAccessKey: "key" });
    },
  ],
  [
    "an archive with the bucket in the host, in another region",
    "prod",
    ({ settings }) =>
      Object.assign(settings["kubernetes"].postgres.backup, {
        destination: "s3://Newjoy_Backups/chatwoot",
        endpoint: "https://newjoy-backups.s3.eu-central-003.backblazeb2.com",
        region: "eu-central-004",
      }),
  ],
]);

test.each([
  { endpoint: "https://s3.eu-west-1.amazonaws.com" },
  { endpoint: "https://s3.eu-west-1.amazonaws.com/", region: "eu-west-1" },
  { endpoint: "https://abc.storage.supabase.co/storage/v1/s3", region: "us-east-1" },
  { endpoint: "https://account.r2.cloudflarestorage.com", region: "auto" },
  { endpoint: "https://minio.example.com:9000", bucket: "minio" },
])("attachments can be at %j", (given) => {
  const raw = rawConfig("staging", ({ settings }) => {
    settings["storage"] = { kind: "s3", bucket: "acme-chat", ...given };
  });
  expect(problemsOf(raw)).toBe("no problem");
});

test("an archive can be in the cluster", () => {
  const raw = rawConfig("prod", ({ settings }) => {
    settings["kubernetes"].postgres.backup.endpoint = "http://minio.minio.svc:9000";
  });
  expect(problemsOf(raw)).toBe("no problem");
});
