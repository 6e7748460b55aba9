import { expect, test } from "vitest";
import { adopts } from "./adoption.ts";
import type { Answer } from "./api.ts";
import type { PreflightSettings } from "./requirement.ts";

const settings = (install = { certManager: false, cloudNativePg: false, barmanPlugin: false }) =>
  ({
    kubernetes: {
      namespace: "chatwoot",
      postgres: { kind: "cnpg", name: "chatwoot-db" },
      install,
      networkPolicies: { operatorNamespace: "cnpg-system" },
    },
  }) as unknown as PreflightSettings;
const managedBy = (...managers: string[]): Answer => ({
  status: 200,
  body: { metadata: { managedFields: managers.map((manager) => ({ manager })) } },
});
const missing: Answer = { status: 404, body: {} };
const web = "/apis/apps/v1/namespaces/chatwoot/deployments/chatwoot-web";
const database = "/apis/postgresql.cnpg.io/v1/namespaces/chatwoot/clusters/chatwoot-db";
const operator = "/apis/apps/v1/namespaces/cnpg-system/deployments/cloudnative-pg";

test.each<[what: string, objects: Record<string, Answer>, expected: boolean]>([
  ["an empty cluster", {}, false],
  ["this program's", { [web]: managedBy("chatwoot", "kube-controller-manager") }, false],
  ["this program's, changed manually", { [web]: managedBy("kubectl-patch", "chatwoot") }, false],
  ["Helm's", { [web]: managedBy("helm") }, true],
  [
    "web of this program, a database of another",
    { [web]: managedBy("chatwoot"), [database]: managedBy("argocd") },
    true,
  ],
  ["web that could not be read", { [web]: { status: 503, body: undefined } }, true],
  ["an operator that the stack does not install", { [operator]: managedBy("helm") }, false],
])("%s", async (_what, objects, expected) => {
  const ask = ({ path }: { path: string }) => Promise.resolve(objects[path] ?? missing);
  expect(await adopts(ask, settings())).toBe(expected);
});

test("an operator of another owner that the stack installs", async () => {
  const ask = ({ path }: { path: string }) => Promise.resolve(path === operator ? managedBy("helm") : missing);
  expect(await adopts(ask, settings({ certManager: true, cloudNativePg: true, barmanPlugin: false }))).toBe(true);
});
