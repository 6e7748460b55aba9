import { describe, expect, test } from "vitest";
import { useApiServer, whole, type World } from "./test-api-server.ts";
import type { Change } from "./test-world.ts";

/* What runs in the cluster before an upgrade. */

const api = useApiServer();
const { errorOf } = api;

describe("running versions", () => {
  const web = "/apis/apps/v1/namespaces/chatwoot/deployments/chatwoot-web";
  const cluster = "/apis/postgresql.cnpg.io/v1/namespaces/chatwoot/clusters/chatwoot-db";
  const operator = `/apis/apps/v1/namespaces/cnpg-system/deployments?labelSelector=${encodeURIComponent("app.kubernetes.io/name=cloudnative-pg")}`;
  const running = (image: string): World => ({ [web]: { spec: { template: { spec: { containers: [{ image }] } } } } });
  const prepared = (...jobs: [tag: string, completionTime: string, isComplete: boolean][]): World => ({
    "/apis/batch/v1/namespaces/chatwoot/jobs": {
      items: jobs.map(([tag, completionTime, isComplete]) => ({
        metadata: { name: `chatwoot-prepare-${tag}` },
        spec: { template: { spec: { containers: [{ image: of(tag) }] } } },
        status: { completionTime, conditions: [{ type: isComplete ? "Complete" : "Failed", status: "True" }] },
      })),
    },
  });
  const data = (major: number): World => ({
    [cluster]: { status: { image: `ghcr.io/cloudnative-pg/postgresql:${major}.2-standard-trixie` } },
  });
  const chart = (version: string): World => ({
    [operator]: { items: [{ metadata: { labels: { "helm.sh/chart": `cloudnative-pg-${version}` } } }] },
  });
  const wants =
    (image: string, uncheckedImage?: string): Change =>
    ({ settings }) =>
      Object.assign(settings, { image, ...(uncheckedImage && { uncheckedImage }) });
  const upgradesTo =
    (
      majorUpgrade: number,
      image = `ghcr.io/cloudnative-pg/postgresql:18.1-standard-trixie@sha256:${"0".repeat(64)}`,
    ): Change =>
    ({ settings }) =>
      Object.assign(settings["kubernetes"].postgres, { image, majorUpgrade });
  const installs: Change = ({ settings }) => (settings["kubernetes"].install = { cloudNativePg: true });
  const of = (tag: string): string => `chatwoot/chatwoot:v${tag}`;

  const cases: [what: string, world: World, change: Change, message: RegExp][] = [
    ["the next version of Chatwoot", running(of("4.16.2")), wants(of("4.17.0")), /^nothing$/],
    [
      "a version that cannot be reached directly",
      running(of("4.0.4")),
      wants(of("4.16.2")),
      /chatwoot:image: .*4\.1\.0, then 4\.16\.2\.$/m,
    ],
    [
      "an older image that was set manually, over a schema that is newer",
      { ...running(of("4.0.0")), ...prepared(["4.0.4", "2026-01-01", true], ["4.16.2", "2026-02-01", true]) },
      wants(of("4.16.2")),
      /^nothing$/,
    ],
    [
      "a newer image that was set manually, over an old schema",
      { ...running(of("4.16.2")), ...prepared(["4.0.4", "2026-01-01", true], ["4.16.2", "", false]) },
      wants(of("4.16.2")),
      /chatwoot:image: is 4\.16\.2, and 4\.0\.4 runs/,
    ],
    ["an older Chatwoot", running(of("4.17.0")), wants(of("4.16.2")), /chatwoot:image: is 4\.16\.2, and 4\.17\.0 runs/],
    ["an older Chatwoot that is allowed", running(of("4.17.0")), wants(of("4.16.2"), of("4.16.2")), /^nothing$/],
    ["the same major version of PostgreSQL", data(17), () => {}, /^nothing$/],
    [
      "a newer one",
      data(17),
      upgradesTo(17),
      /kubernetes\.postgres\.image: .*set kubernetes\.postgres\.majorUpgrade to 18\.$/m,
    ],
    ["a newer one that is allowed", data(17), upgradesTo(18), /^nothing$/],
    ["an older one, which nothing allows", data(18), () => {}, /Use PostgreSQL 18\./],
    ["the next operator", chart("0.28.3"), installs, /^nothing$/],
    ["an operator two minor versions on", chart("0.27.1"), installs, /chart 0\.28\.x first/],
    ["an operator that another owner has installed", chart("0.20.0"), () => {}, /^nothing$/],
  ];
  test.each(cases)("%s", async (_what, there, change, message) => {
    api.world = { ...whole, ...there };
    expect(await errorOf(change)).toMatch(message);
  });
});
