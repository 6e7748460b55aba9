import { expect, test } from "vitest";
import { parseConfig } from "../../../stacks/parse.ts";
import type { KubernetesConfig } from "../../../config/schema.ts";
import {
  authorityPem,
  useExternalPostgres,
  useExternalRedis,
  useTeamPostgres,
} from "../../../tests/helpers/external-services.ts";
import { rawConfig } from "../../../tests/helpers/stack-files.ts";
import { checkRequirements } from "./check.ts";
import { commandsFor } from "./commands.ts";
import { externalServers } from "./external-servers.ts";
import { requirements } from "./requirements.ts";

type Change = NonNullable<Parameters<typeof rawConfig>[1]>;
const settingsOf = (change: Change = () => {}) => parseConfig(rawConfig("prod", change)).settings as KubernetesConfig;
const commands = commandsFor("newjoy", { operatorNamespace: "cnpg-system" });
const base64 = (text: string): string => Buffer.from(text).toString("base64");

async function problems(settings: KubernetesConfig, objects: Record<string, unknown>): Promise<string[]> {
  const { problems: found, warnings } = await checkRequirements(
    ({ path }) =>
      Promise.resolve(
        path in objects
          ? { status: 200, body: { kind: "Any", ...(objects[path] as object) } }
          : { status: 404, body: {} },
      ),
    externalServers(settings, commands),
  );
  return [...found, ...warnings.map((each) => ({ ...each, key: `warning ${each.key}` }))].map(
    ({ key, message }) => `${key}: ${message}`,
  );
}

const config = "/api/v1/namespaces/chatwoot/configmaps/chatwoot-config";
const ownSettings = { data: { POSTGRES_HOST: "chatwoot-db-rw.chatwoot.svc", REDIS_URL: "redis://chatwoot-redis" } };
const externalSettings = {
  metadata: { annotations: { "chatwoot.com/database-kind": "external" } },
  data: { POSTGRES_HOST: "db.example.com" },
};
const appSecret = "/api/v1/namespaces/databases/secrets/team-db-app";
const app = { password: base64("p"), username: base64("app"), dbname: base64("chatwoot"), port: base64("5432") };

test("nothing is asked of the operator for an external database", () => {
  const asked = JSON.stringify(requirements(settingsOf(useExternalPostgres), commands).map((each) => each.questions));
  expect(asked).not.toMatch(/cnpg|barman/);
  expect(JSON.stringify(requirements(settingsOf(), commands).map((each) => each.questions))).toMatch(/cnpg/);
});

const external: Change = (values) => {
  useExternalPostgres(values);
  useExternalRedis(values);
};

test.each<[string, Change, Record<string, unknown>]>([
  ["a first deployment", external, {}],
  ["a later one", external, { [config]: externalSettings }],
  ["the stack's own", () => {}, { [config]: ownSettings }],
  ["another team's Secret", useTeamPostgres, { [appSecret]: { data: app } }],
  [
    "data that was moved",
    (values) => {
      external(values);
      values.settings["kubernetes"].postgres.movedFrom = "chatwoot-db-rw.chatwoot.svc";
    },
    { [config]: { data: { POSTGRES_HOST: "chatwoot-db-rw.chatwoot.svc" } } },
  ],
])("%s has no problem", async (_what, change, objects) => {
  expect(await problems(settingsOf(change), objects)).toEqual([]);
});

test("a database or Redis of another kind is refused or named, in both directions", async () => {
  expect(await problems(settingsOf(external), { [config]: ownSettings })).toEqual([
    "kubernetes.postgres.kind: is external, but Chatwoot runs on the cnpg database chatwoot-db-rw.chatwoot.svc, whose data stays there. " +
      "Move it as in docs/kubernetes/external-services.md, then set kubernetes.postgres.movedFrom to chatwoot-db-rw.chatwoot.svc",
    expect.stringMatching(/^warning kubernetes.redis.kind: is external, but .* the dedicated Redis: jobs that wait/),
  ]);
  expect(await problems(settingsOf(), { [config]: externalSettings })).toEqual([
    expect.stringMatching(/^kubernetes.postgres.kind: is cnpg, but .*movedFrom to db\.example\.com$/),
    expect.stringMatching(/^warning kubernetes.redis.kind: is dedicated, but .* the external Redis/),
  ]);
});

test.each([
  [{}, /kubernetes.postgres.credentials: names the Secret databases\/team-db-app, which does not exist/],
  [{ [appSecret]: { data: { uri: "x" } } }, /which lacks password/],
  [
    { [appSecret]: { data: { ...app, dbname: base64("other") } } },
    /address: has the database chatwoot, but the Secret databases\/team-db-app has other. Write other/,
  ],
  [{ [appSecret]: { data: { ...app, port: base64("5433") } } }, /has the port 5432, but .* has 5433/],
])("another team's Secret: %j", async (objects, message) => {
  expect(await problems(settingsOf(useTeamPostgres), objects)).toEqual([expect.stringMatching(message)]);
});

test.each([
  [
    { from: "configMap", name: "rds" },
    {},
    ["names the ConfigMap chatwoot/rds, which does not exist. Create it, or use from: config"],
  ],
  [
    { from: "configMap", name: "rds" },
    { "/api/v1/namespaces/chatwoot/configmaps/rds": { data: { "rds.pem": "x" } } },
    [expect.stringMatching(/lacks ca.crt. Set authority.key to one of `kubectl .* describe configmap rds/)],
  ],
  [
    { from: "secret", name: "rds", key: "rds.pem" },
    { "/api/v1/namespaces/chatwoot/secrets/rds": { data: { "rds.pem": "x" } } },
    [],
  ],
  [{ from: "config", pem: authorityPem }, {}, []],
])("the authority %j", async (authority, objects, expected) => {
  const settings = settingsOf((values) => {
    useExternalPostgres(values);
    values.settings["kubernetes"].postgres.authority = authority;
  });
  const found = await problems(settings, objects);
  expect(found.map((text) => text.replace("kubernetes.postgres.authority: ", ""))).toEqual(expected);
});
