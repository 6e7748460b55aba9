import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { parseAllDocuments, stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildTools } from "kubernetes-sandbox/tools";
import { toolCache } from "../../preview/tool-cache.ts";

type Values = Record<string, unknown>;
/** Parsed YAML, whose shape the tests check. */
type Manifest = ReturnType<typeof JSON.parse>;
type Objects = Readonly<Record<string, Manifest>>;

const chart = fileURLToPath(new URL("../../sandbox/chart", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "chart-test-"));
let helm = "";
beforeAll(async () => {
  helm = (await buildTools(toolCache)).helm;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const external: Values = {
  postgresql: {
    enabled: false,
    postgresqlHost: "db-rw",
    auth: { existingSecret: "db", secretKeys: { adminPasswordKey: "password" } },
  },
  redis: { enabled: false, host: "redis", port: 6379, existingSecret: "redis", existingSecretKey: "pw", auth: {} },
};

async function template(values: Values): Promise<string> {
  const file = join(folder, "values.yaml");
  writeFileSync(file, stringify(values));
  const { stdout, stderr, exitCode } = await execa(helm, ["template", "chatwoot", chart, "-f", file], {
    reject: false,
  });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}

async function render(values: Values): Promise<Objects> {
  const documents = parseAllDocuments(await template({ ...external, ...values }), { uniqueKeys: false });
  const objects = documents.map((each) => each.toJS()).filter((each) => each !== null);
  return Object.fromEntries(objects.map((each) => [`${each.kind}/${each.metadata.name}`, each]));
}

const decoded = (objects: Objects): Record<string, string> =>
  Object.fromEntries(
    Object.entries(objects["Secret/chatwoot-env"].data as Record<string, string>).map(([name, value]) => [
      name,
      Buffer.from(value, "base64").toString(),
    ]),
  );

const podOf = (objects: Objects, name: string): Manifest => objects[name].spec.template.spec;

describe("the objects", () => {
  test("have the official names and hooks", async () => {
    const objects = await render({});
    expect(Object.keys(objects).sort()).toEqual([
      "Deployment/chatwoot-web",
      "Deployment/chatwoot-worker",
      "Job/chatwoot-migrate",
      "Pod/chatwoot-test-connection",
      "Secret/chatwoot-env",
      "Service/chatwoot",
      "ServiceAccount/chatwoot",
    ]);
    expect(objects["Job/chatwoot-migrate"].metadata.annotations).toEqual({
      "helm.sh/hook": "post-install,post-upgrade",
      "helm.sh/hook-weight": "-1",
      "helm.sh/hook-delete-policy": "hook-succeeded,before-hook-creation",
    });
    expect(objects["Pod/chatwoot-test-connection"].metadata.annotations["helm.sh/hook"]).toBe("test");
    expect(objects["Service/chatwoot"].metadata.labels).toEqual({
      app: "chatwoot",
      release: "chatwoot",
      heritage: "Helm",
      chart: "chatwoot-2.0.23",
    });
  });

  test("have the official defaults", async () => {
    const objects = await render({});
    expect(objects["Service/chatwoot"].spec).toMatchObject({ type: "LoadBalancer", ports: [{ port: 3000 }] });
    expect(objects["Deployment/chatwoot-web"].spec.replicas).toBe(1);
    expect(objects["Deployment/chatwoot-worker"].spec.replicas).toBe(2);
    const web = podOf(objects, "Deployment/chatwoot-web").containers[0];
    expect(web).toMatchObject({
      name: "chatwoot-web",
      image: "chatwoot/chatwoot:v4.14.0",
      livenessProbe: { httpGet: { path: "/health", port: 3000 }, failureThreshold: 3 },
      readinessProbe: { httpGet: { path: "/api", port: 3000 }, periodSeconds: 5 },
      startupProbe: { httpGet: { path: "/health", port: 3000 }, failureThreshold: 60 },
    });
    expect(decoded(objects).SECRET_KEY_BASE).toBe("replace_with_your_super_duper_secret_key_base");
  });

  test("increase with autoscalers and an ingress, and keep their replicas", async () => {
    const objects = await render({
      web: { hpa: { enabled: true }, replicaCount: 3 },
      worker: { hpa: { enabled: true } },
      ingress: { enabled: true, ingressClassName: "nginx" },
    });
    expect(objects["HorizontalPodAutoscaler/chatwoot-web"].spec).toMatchObject({ minReplicas: 1, maxReplicas: 10 });
    expect(objects["HorizontalPodAutoscaler/chatwoot-worker"].spec.minReplicas).toBe(2);
    expect(objects["Ingress/chatwoot"].spec.ingressClassName).toBe("nginx");
    expect(objects["Deployment/chatwoot-web"].spec.replicas).toBe(3);
  });
});

describe("the official chart's surprises", () => {
  test("a Redis address that is not expanded", async () => {
    expect(decoded(await render({})).REDIS_URL).toBe("redis://:$(REDIS_PASSWORD)@redis:6379");
    expect(decoded(await render({ env: { REDIS_URL: "redis://redis:6379" } })).REDIS_URL).toBe("redis://redis:6379");
    const bare = { postgresql: { enabled: false }, redis: { enabled: false } };
    expect(decoded(await render(bare))).toMatchObject({
      POSTGRES_HOST: "<no value>",
      REDIS_URL: "redis://:$(REDIS_PASSWORD)@<no value>:<no value>",
      POSTGRES_PASSWORD: "postgres",
      REDIS_PASSWORD: "redis",
    });
  });

  test("SMTP keys that exist unless they are null", async () => {
    expect(decoded(await render({}))).toMatchObject({ SMTP_USERNAME: "", SMTP_AUTHENTICATION: "plain" });
    const without = decoded(
      await render({ env: { SMTP_USERNAME: null, SMTP_PASSWORD: null, SMTP_AUTHENTICATION: null } }),
    );
    expect(Object.keys(without).filter((name) => /^SMTP_(USER|PASS|AUTH)/.test(name))).toEqual([]);
  });

  test("the order of environments, and other names for the Job's Redis password", async () => {
    const objects = await render({ existingEnvSecret: "app" });
    const web = podOf(objects, "Deployment/chatwoot-web").containers[0];
    const job = podOf(objects, "Job/chatwoot-migrate").containers[0];
    const sources = [{ secretRef: { name: "chatwoot-env" } }, { secretRef: { name: "app" } }];
    expect([web.envFrom, job.envFrom]).toEqual([sources, sources]);
    const names = (container: { env: { name: string }[] }): string[] => container.env.map(({ name }) => name);
    expect(names(web)).toEqual(["POSTGRES_PASSWORD", "REDIS_PASSWORD"]);
    expect(names(job)).toEqual(["POSTGRES_PASSWORD"]);
  });

  test("a security context on the pod, and values without an effect", async () => {
    const plain = await render({});
    const ignored = {
      affinity: { nodeAffinity: {} },
      podSecurityContext: { fsGroup: 1 },
      service: { type: "NodePort" },
    };
    expect(await render(ignored)).toEqual(plain);
    const spec = podOf(await render({ securityContext: { fsGroup: 1000 } }), "Deployment/chatwoot-web");
    expect([spec.securityContext, spec.containers[0].securityContext]).toEqual([{ fsGroup: 1000 }, undefined]);
  });

  test("a checksum of the chart's own Secret only", async () => {
    const sum = async (values: Values): Promise<unknown> =>
      (await render(values))["Deployment/chatwoot-worker"].spec.template.metadata.annotations["checksum/config"];
    expect(await sum({ existingEnvSecret: "app" })).toBe(await sum({}));
    expect(await sum({ env: { LOG_LEVEL: "debug" } })).not.toBe(await sum({}));
  });
});

describe("the stand-in rejects", () => {
  test.each([
    [{}, "postgresql.enabled: this stand-in for the Chatwoot chart has no PostgreSQL sub-chart"],
    [{ postgresql: { enabled: false } }, "redis.enabled: this stand-in for the Chatwoot chart has no Redis sub-chart"],
    [{ ...external, postgresql: { enabled: false, auth: { existingSecret: "x" } } }, "nil pointer"],
  ])("%j", async (values, message) => {
    await expect(template(values)).rejects.toThrow(message);
  });
});
