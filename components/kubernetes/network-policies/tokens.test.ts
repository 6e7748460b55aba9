import { expect, test } from "vitest";
import { doubles } from "../../../tests/helpers/doubles.ts";
import { program, stackEngine } from "../../../tests/helpers/in-process.ts";

interface PodSpec {
  automountServiceAccountToken?: boolean;
  serviceAccountName?: string;
  hostNetwork?: boolean;
}
interface Template {
  metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
  spec: PodSpec;
}

/** Every resource of the whole stack that creates pods, by name. */
async function podTemplates(): Promise<Record<string, Template>> {
  const run = await stackEngine("prod", {
    providers: doubles,
    change: ({ settings }) => (settings["kubernetes"].monitoring = {}),
  }).up(program);
  expect(run.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return Object.fromEntries(
    run.steps.flatMap(({ name, inputs }) => {
      const { spec } = inputs as { spec?: { template?: Template; jobTemplate?: { spec: { template: Template } } } };
      const template = spec?.jobTemplate?.spec.template ?? spec?.template;
      return template?.spec === undefined ? [] : [[name, template]];
    }),
  );
}

test("only the pods that create a cluster have a token of the API server", async () => {
  const templates = await podTemplates();
  expect(Object.keys(templates).length).toBeGreaterThanOrEqual(6);
  const withToken = Object.entries(templates).filter(([, { spec }]) => spec.automountServiceAccountToken !== false);
  expect(withToken.map(([name]) => name)).toEqual(["postgres-drill-cronjob"]);
  const accounts = withToken.map(([, { spec }]) => spec.serviceAccountName);
  expect(accounts).not.toContain(undefined);
});

test("every pod has a role that network policies use", async () => {
  const templates = await podTemplates();
  const roles = Object.entries(templates).map(([name, { metadata }]) => [
    name,
    metadata.labels["app.kubernetes.io/component"],
  ]);
  expect(Object.fromEntries(roles)).toMatchObject({
    "chatwoot-chart:chatwoot/chatwoot-web": "web",
    "chatwoot-chart:chatwoot/chatwoot-worker": "worker",
    "preparation-job": "preparation",
    "redis-server": "redis",
    "sso-proxy": "proxy",
    "postgres-drill-cronjob": "restore-drill",
  });
  expect(roles.filter(([, role]) => role === undefined)).toEqual([]);
  for (const { metadata, spec } of Object.values(templates)) {
    expect(metadata.labels["app.kubernetes.io/part-of"]).toBe("chatwoot");
    // Policies do not apply to a pod on the node's network.
    expect(spec.hostNetwork ?? false).toBe(false);
  }
});

test("pods that end have no proxy of a mesh, all others leave it to the namespace", async () => {
  const templates = await podTemplates();
  const without = Object.entries(templates).filter(
    ([, { metadata }]) =>
      metadata.annotations?.["sidecar.istio.io/inject"] === "false" &&
      metadata.annotations["linkerd.io/inject"] === "disabled",
  );
  const ending = Object.keys(templates).filter((name) => /job$|pipeline/.test(name));
  expect(without.map(([name]) => name).sort()).toEqual(ending.sort());
  expect(ending).toEqual(expect.arrayContaining(["preparation-job", "postgres-drill-cronjob"]));
});
