import { deployed } from "../../config/schema/kubernetes/external.ts";
import { expect, test } from "vitest";
import type { KubernetesConfig } from "../../config/schema.ts";
import { rawConfig } from "../../tests/helpers/stack-files.ts";
import { testWrong, type WrongConfig } from "../../tests/helpers/wrong-configs.ts";
import { parseConfig } from "../parse.ts";

testWrong([
  ["five-field schedule", "prod", ({ settings }) => (settings["kubernetes"].postgres.backup.schedule = "0 3 * * *")],
  ["retention without a unit", "prod", ({ settings }) => (settings["kubernetes"].postgres.backup.retention = "30")],
  [
    "a backup schedule with an hour that no day has",
    "prod",
    ({ settings }) => (settings["kubernetes"].postgres.backup.schedule = "0 0 25 * * *"),
  ],
  [
    "a backup on a day that never comes",
    "prod",
    ({ settings }) => (settings["kubernetes"].postgres.backup.schedule = "0 0 3 30 feb *"),
  ],
  [
    "a drill with seconds",
    "prod",
    ({ settings }) => (settings["kubernetes"].postgres.backup.drill = { schedule: "0 0 5 * * 0" }),
  ],
  [
    "a drill with a misspelt key",
    "prod",
    ({ settings }) => (settings["kubernetes"].postgres.backup.drill = { schedul: "0 5 * * 0" }),
  ],
  ["a drill that is text", "prod", ({ settings }) => (settings["kubernetes"].postgres.backup.drill = "weekly")],
  [
    "a recovery without a backup",
    "prod",
    ({ settings }) => {
      delete settings["kubernetes"].postgres.backup;
      settings["kubernetes"].postgres.recovery = { serverName: "chatwoot-db" };
    },
  ],
  [
    "a recovery under the lost cluster's name, of a moment to come",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].postgres.recovery = { serverName: "chatwoot-db", targetTime: "2999-01-01T00:00:00Z" }),
  ],
  [
    "a recovery that writes to the folder that it reads",
    "prod",
    ({ settings }) => {
      settings["kubernetes"].postgres.name = "chatwoot-db-3";
      settings["kubernetes"].postgres.backup.serverName = "chatwoot-db-2";
      settings["kubernetes"].postgres.recovery = { serverName: "chatwoot-db-2" };
    },
  ],
  [
    "a database with the name of the chart's service account",
    "prod",
    ({ settings }) => (settings["kubernetes"].postgres.name = "chatwoot"),
  ],
  [
    "a database whose name is too long for the operator",
    "prod",
    ({ settings }) => (settings["kubernetes"].postgres.name = "a".repeat(45)),
  ],
  [
    "a database whose name cannot be a service's",
    "prod",
    ({ settings }) => (settings["kubernetes"].postgres.name = "2nd-db"),
  ],
  [
    "PostgreSQL without the builtin locale",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].postgres.image =
        `ghcr.io/cloudnative-pg/postgresql:16.9-standard-trixie@sha256:${"0".repeat(64)}`),
  ],
  [
    "PostgreSQL without pgvector",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].postgres.image =
        `registry.example.com:5000/cnpg/postgresql:18.6-minimal-trixie@sha256:${"0".repeat(64)}`),
  ],
  [
    "PostgreSQL by a tag",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].postgres.image = "ghcr.io/cloudnative-pg/postgresql:17.11-standard-trixie"),
  ],
  [
    "more connections than memory",
    "prod",
    ({ settings }) => {
      settings["kubernetes"].postgres.maxConnections = 400;
    },
  ],

  ...["yesterday", "2026-11-21", "2026-11-21T15:00:00", "2026-02-30T15:00:00Z", "2026-11-21 25:00:00 +0000 UTC"].map(
    (targetTime): WrongConfig => [
      `a recovery to ${targetTime}`,
      "prod",
      ({ settings }) =>
        Object.assign(settings["kubernetes"].postgres, {
          name: "chatwoot-db-2",
          recovery: { serverName: "chatwoot-db", targetTime },
        }),
    ],
  ),
]);

test.each([
  ["2026-11-21T15:00:00Z", "2026-11-21T15:00:00Z"],
  ["2026-11-21T15:00:00.5Z", "2026-11-21T15:00:00.5Z"],
  ["2026-11-21T17:00:00+02:00", "2026-11-21T15:00:00Z"],
  // What Pulumi passes on for the same times without quotes.
  ["2026-11-21 15:00:00 +0000 UTC", "2026-11-21T15:00:00Z"],
  ["2026-11-21 15:00:00.5 +0000 UTC", "2026-11-21T15:00:00.500Z"],
  ["2026-11-21 17:00:00 +0200 +0200", "2026-11-21T15:00:00Z"],
  ["2026-11-21 16:00:00 +0100 CET", "2026-11-21T15:00:00Z"],
])("a recovery to %s is to %s", (targetTime, moment) => {
  const { settings } = parseConfig(
    rawConfig("prod", ({ settings }) => {
      Object.assign(settings["kubernetes"].postgres, {
        name: "chatwoot-db-2",
        recovery: { serverName: "chatwoot-db", targetTime },
      });
    }),
  );
  expect(deployed((settings as KubernetesConfig).kubernetes.postgres)?.recovery?.targetTime).toBe(moment);
});
