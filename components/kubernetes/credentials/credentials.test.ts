import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { credentialsSecret } from "./credentials.ts";
import { isSecret, memoryState, plain, secret, type ProviderFactory } from "pulumi-embedded-engine";
import { openTexts } from "../../../tests/helpers/open-texts.ts";
import { doubles } from "../../../tests/helpers/doubles.ts";
import { stackEngine } from "../../../tests/helpers/in-process.ts";
import { credentials, type CredentialsConfig } from "../../../config/schema/kubernetes/credentials.ts";

const schema = credentials("ACCESS_KEY_ID", "ACCESS_SECRET_KEY");
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A cluster with one existing Secret. */
function clusterWith(id: string, data: Record<string, string>): ProviderFactory {
  return (...args) => ({
    ...doubles.kubernetes(...args),
    read: (asked) =>
      Promise.resolve(
        asked === id ? { id, outputs: { metadata: { name: id.split("/")[1] }, data: secret(data) } } : undefined,
      ),
  });
}

async function deploy(source: object, cluster: ProviderFactory = doubles.kubernetes) {
  const state = memoryState();
  const engine = stackEngine("prod", { state, providers: { ...doubles, kubernetes: cluster } });
  const parsed: CredentialsConfig = schema.parse(source);
  const run = await engine.up(() => {
    const provider = new k8s.Provider("kubernetes", {});
    const { name, checksum, ready } = credentialsSecret(
      "backup-credentials",
      {
        namespace: "chatwoot",
        source: parsed,
        targetName: "cnpg-backup-credentials",
        keys: ["ACCESS_KEY_ID", "ACCESS_SECRET_KEY"],
        values: () => ({
          ACCESS_KEY_ID: pulumi.secret("planted-id"),
          ACCESS_SECRET_KEY: pulumi.secret("planted-key"),
        }),
        labels: { "cnpg.io/reload": "true" },
        secretKeyBase: pulumi.secret("planted-base"),
      },
      { provider },
    );
    return Promise.resolve({ name, checksum, ready: ready.length });
  });
  const { resources } = await state.load();
  const open = resources.flatMap(({ inputs, outputs }) => [...openTexts(inputs ?? {}), ...openTexts(outputs ?? {})]);
  return {
    ok: run.ok,
    outputs: run.outputs,
    messages: run.diagnostics.map(({ message }) => message).join("\n"),
    objects: run.steps
      .filter(({ type, op }) => type.startsWith("kubernetes:") && op !== "same")
      .map(({ op, name, inputs }) => ({ op, name, inputs })),
    open: [...open, ...openTexts(run.outputs)],
  };
}

const others = { ACCESS_KEY_ID: base64("planted-other-id"), ACCESS_SECRET_KEY: base64("planted-other-key") };
const nothingPlanted = (open: string[]): void => {
  expect(open.length).toBeGreaterThan(2);
  expect(open.filter((text) => /planted-|cGxhbnRlZC/.test(text))).toEqual([]);
};

describe("a Secret's values come from", () => {
  test("secrets of the stack", async () => {
    const { ok, outputs, objects, open } = await deploy({ from: "config" });
    expect(ok).toBe(true);
    expect(outputs).toMatchObject({
      name: "cnpg-backup-credentials",
      checksum: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(objects).toHaveLength(1);
    expect(objects[0]).toMatchObject({ op: "create", name: "backup-credentials" });
    expect(plain(objects[0]!.inputs)).toMatchObject({
      metadata: { name: "cnpg-backup-credentials", namespace: "chatwoot", labels: { "cnpg.io/reload": "true" } },
      stringData: { ACCESS_KEY_ID: "planted-id", ACCESS_SECRET_KEY: "planted-key" },
    });
    nothingPlanted(open);
  });

  test("an existing Secret, which stays unchanged", async () => {
    const source = { from: "existing", name: "b2" };
    const { ok, outputs, objects, open } = await deploy(source, clusterWith("chatwoot/b2", others));
    expect(ok).toBe(true);
    expect(outputs).toMatchObject({ name: "b2", ready: 1, checksum: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(objects.map(({ op }) => op)).toEqual(["read"]);
    nothingPlanted(open);
  });

  test("a Secret of another namespace, whose needed keys are copied", async () => {
    const source = { from: "copied", namespace: "immich", name: "cnpg-backup-credentials" };
    const cluster = clusterWith("immich/cnpg-backup-credentials", { ...others, more: base64("planted-more") });
    const { ok, outputs, objects, open } = await deploy(source, cluster);
    expect(ok).toBe(true);
    expect(outputs).toMatchObject({ name: "cnpg-backup-credentials", checksum: expect.any(String) });
    expect(objects.map(({ op, name }) => `${op} ${name}`)).toEqual([
      "read backup-credentials-source",
      "create backup-credentials",
    ]);
    expect(plain(objects[1]!.inputs)).toMatchObject({
      metadata: { name: "cnpg-backup-credentials", namespace: "chatwoot", labels: { "cnpg.io/reload": "true" } },
      data: others,
    });
    expect(Object.keys(plain(objects[1]!.inputs).data)).toEqual(["ACCESS_KEY_ID", "ACCESS_SECRET_KEY"]);
    expect(isSecret(objects[1]!.inputs["data"]) || Object.values(objects[1]!.inputs["data"]).every(isSecret)).toBe(
      true,
    );
    nothingPlanted(open);
  });

  test("External Secrets, which the deployment waits for", async () => {
    const source = {
      from: "external",
      store: "vault",
      path: "chatwoot/backup",
      properties: { ACCESS_SECRET_KEY: "applicationKey" },
    };
    const { ok, outputs, objects, open } = await deploy(source);
    expect(ok).toBe(true);
    expect(outputs).toMatchObject({ name: "cnpg-backup-credentials", ready: 1 });
    expect(outputs).not.toHaveProperty("checksum");
    expect(objects.map(({ op, name }) => `${op} ${name}`)).toEqual(["create backup-credentials-external"]);
    expect(objects[0]!.inputs).toEqual({
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: {
        name: "cnpg-backup-credentials",
        namespace: "chatwoot",
        annotations: { "pulumi.com/waitFor": "condition=Ready" },
      },
      spec: {
        secretStoreRef: { kind: "ClusterSecretStore", name: "vault" },
        refreshInterval: "1h",
        target: {
          name: "cnpg-backup-credentials",
          creationPolicy: "Owner",
          deletionPolicy: "Retain",
          template: { metadata: { labels: { "cnpg.io/reload": "true" } } },
        },
        data: [
          { secretKey: "ACCESS_KEY_ID", remoteRef: { key: "chatwoot/backup", property: "ACCESS_KEY_ID" } },
          { secretKey: "ACCESS_SECRET_KEY", remoteRef: { key: "chatwoot/backup", property: "applicationKey" } },
        ],
      },
    });
    nothingPlanted(open);
  });
});

describe("is refused", () => {
  test.each([
    ["an existing Secret", { from: "existing", name: "b2" }],
    ["a copied one", { from: "copied", namespace: "chatwoot", name: "b2" }],
  ])("%s without a needed key, and no value is printed", async (_what, source) => {
    const { ok, messages, objects } = await deploy(
      source,
      clusterWith("chatwoot/b2", { ACCESS_KEY_ID: base64("planted") }),
    );
    expect(ok).toBe(false);
    expect(messages).toContain(
      "Secret chatwoot/b2: lacks ACCESS_SECRET_KEY. " +
        "Add the missing keys; list its keys with `kubectl describe secret b2 --namespace chatwoot`.",
    );
    expect(messages).not.toMatch(/planted|cGxhbnRlZ/);
    expect(objects.filter(({ op }) => op === "create")).toEqual([]);
  });

  test("a Secret that does not exist", async () => {
    const { ok, messages } = await deploy({ from: "existing", name: "b3" }, clusterWith("chatwoot/b2", others));
    expect(ok).toBe(false);
    expect(messages).toContain("chatwoot/b3");
  });
});

test("a checksum changes with the values, and only with them", async () => {
  const of = async (data: Record<string, string>): Promise<unknown> =>
    (await deploy({ from: "existing", name: "b2" }, clusterWith("chatwoot/b2", data))).outputs["checksum"];
  const first = await of(others);
  expect(await of({ ...others, unrelated: base64("x") })).toBe(first);
  expect(await of({ ...others, ACCESS_KEY_ID: base64("y") })).not.toBe(first);
});
