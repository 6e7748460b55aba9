import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { podSecurityLabels } from "../../components/kubernetes/namespace.ts";
import { restrictedContainer, restrictedPod } from "../../components/kubernetes/pod-security.ts";
import { inNamespace, refusal, stackObjects } from "./strict.ts";
import { isTrue, openTestCluster, template, type TestCluster } from "./support.ts";

let cluster: TestCluster;
/** By the Pod Security level that they enforce. */
const namespaces = { baseline: "", restricted: "" };
beforeAll(async () => {
  cluster = await openTestCluster({
    objects: [
      {
        kind: "ClusterSecretStore",
        metadata: { name: "isolation" },
        spec: {
          provider: {
            fake: { data: [{ key: "backup", value: '{"id":"planted-id","ACCESS_SECRET_KEY":"planted-key"}' }] },
          },
        },
      },
    ],
  });
  namespaces.baseline = await cluster.namespace("isolation", podSecurityLabels(false));
  namespaces.restricted = await cluster.namespace("isolation", podSecurityLabels(true));
});
afterAll(() => cluster?.dispose());

test("the API server accepts every field of the policies in each of their forms", async () => {
  const shapes = [
    await stackObjects(
      /^network-/,
      inNamespace(namespaces.baseline, ({ settings }) => {
        settings["kubernetes"].monitoring = {};
        settings["kubernetes"].networkPolicies = { allowedNetworks: ["192.168.1.0/24"] };
      }),
    ),
    await stackObjects(
      /^network-/,
      inNamespace(namespaces.baseline, ({ settings, secrets }) => {
        delete settings["kubernetes"].sso;
        delete settings["kubernetes"].postgres.backup;
        for (const key of Object.keys(secrets)) delete secrets[key];
      }),
    ),
  ];
  expect(shapes.map((objects) => Object.keys(objects).length)).toEqual([11, 8]);
  for (const object of shapes.flatMap((objects) => Object.values(objects)))
    expect(await refusal(cluster, object)).toBe("");
});

describe("Pod Security", () => {
  const pod = (namespace: string, security: object, container: object) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "pod", namespace },
    spec: template({}, { securityContext: container }, { securityContext: security }).spec,
  });
  const asRoot = [
    { seccompProfile: { type: "RuntimeDefault" } },
    { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  ] as const;
  const restricted = [restrictedPod(1000, 1000), restrictedContainer] as const;

  test.each([
    ["baseline", "root without capabilities", asRoot, ""],
    ["baseline", "an ordinary user", restricted, ""],
    ["baseline", "a privileged container", [{}, { privileged: true }], 'violates PodSecurity "baseline'],
    ["restricted", "root without capabilities", asRoot, 'violates PodSecurity "restricted'],
    ["restricted", "an ordinary user", restricted, ""],
  ] as const)("in %s: %s", async (level, _who, [security, container], expected) => {
    const message = await refusal(cluster, pod(namespaces[level], security, container));
    if (expected === "") expect(message).toBe("");
    else expect(message).toContain(expected);
  });
});

test("External Secrets: the Secret has the store's values and labels, and a missing one is not ready", async () => {
  const namespace = namespaces.baseline;
  const external = (property: string) =>
    stackObjects(
      /^postgres-.*external$/,
      inNamespace(namespace, ({ settings, secrets }) => {
        const properties = { ACCESS_KEY_ID: property };
        const credentials = { from: "external", store: "isolation", path: "backup", properties };
        settings["kubernetes"].postgres.backup.credentials = credentials;
        for (const key of ["backupAccessKeyId", "backupSecretAccessKey"]) delete secrets[key];
      }),
    );
  const create = (object: object) =>
    cluster.client.request(
      "POST",
      `/apis/external-secrets.io/v1/namespaces/${namespace}/externalsecrets?fieldValidation=Strict`,
      object,
    );

  const [wrong] = Object.values(await external("nothing"));
  const name = "cnpg-backup-credentials";
  await create({ ...wrong, metadata: { name: "wrong", namespace } });
  const failed = await cluster.until("ExternalSecret", namespace, "wrong", (it) => it.status?.conditions?.length > 0);
  expect(failed.status.conditions[0]).toMatchObject({ status: "False", reason: "SecretSyncedError" });
  await expect(cluster.get("Secret", namespace, name)).rejects.toThrow("not found");

  const [right] = Object.values(await external("id"));
  await create(right!);
  await cluster.until("ExternalSecret", namespace, name, isTrue("Ready"));
  const secret = await cluster.get("Secret", namespace, name);
  expect(secret.metadata.labels).toEqual({ "cnpg.io/reload": "true" });
  const values = Object.entries(secret["data"] as Record<string, string>);
  expect(Object.fromEntries(values.map(([key, value]) => [key, Buffer.from(value, "base64").toString()]))).toEqual({
    ACCESS_KEY_ID: "planted-id",
    ACCESS_SECRET_KEY: "planted-key",
  });
});
