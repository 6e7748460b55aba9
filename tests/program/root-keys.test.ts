import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { memoryState, type RunResult } from "pulumi-embedded-engine";
import type { RootKeys } from "../../components/kubernetes/preflight/root-keys.ts";
import { refuseOverwrittenKeys } from "../../components/kubernetes/preflight/root-keys-guard.ts";
import { deployToKubernetes } from "../../stacks/kubernetes.ts";
import { loadConfig, type KubernetesStackConfig } from "../../stacks/load.ts";
import { doubles } from "../helpers/doubles.ts";
import { stackEngine } from "../helpers/in-process.ts";

/** As the double of the random provider generates them. */
const ours: RootKeys = {
  SECRET_KEY_BASE: "planted-secrets-secret-key-base",
  ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: "planted-secrets-encryption-primary-key",
  ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY: "planted-secrets-encryption-deterministic-key",
  ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT: "planted-secrets-encryption-key-derivation-salt",
};
const others: RootKeys = { ...ours, SECRET_KEY_BASE: "planted-other" };

/** The program over a cluster whose Secret has these keys, read by read; the first by the preflight. */
const over =
  (...answers: RootKeys[]) =>
  () => {
    const next = (): RootKeys => (answers.length > 1 ? answers.shift()! : answers[0]!);
    const inCluster = { present: next(), readAgain: () => Promise.resolve(next()) };
    return deployToKubernetes(loadConfig() as KubernetesStackConfig, inCluster);
  };
const text = ({ diagnostics }: RunResult): string => diagnostics.map(({ message }) => message).join("\n");
const done = ({ steps }: RunResult): string[] =>
  steps.filter(({ op, failed }) => op === "create" && !failed).map(({ name }) => name);

test("a first deployment asks before it writes its keys, and reads them back", async () => {
  const run = await stackEngine("prod", { providers: doubles }).up(over({}, {}, ours));
  expect(run.ok, text(run)).toBe(true);
});

test("a preview tells a changed Secret from a lost state", async () => {
  const state = memoryState();
  const engine = () => stackEngine("prod", { providers: doubles, state });
  await engine().up(over({}, {}, ours));
  expect(text(await engine().preview(over(ours)))).not.toContain("Secret chatwoot/chatwoot-secrets");
  expect(text(await engine().preview(over(others)))).toContain("keys are in its state: the Secret was changed");
});

test("keys that another deployment wrote since the preflight are not overwritten", async () => {
  const run = await stackEngine("prod", { providers: doubles }).up(over({}, others));
  expect(run.ok).toBe(false);
  expect(text(run)).toContain("has SECRET_KEY_BASE from another deployment");
  expect(done(run)).toContain("redis-auth");
  expect(done(run)).not.toContain("environment-secrets");
  expect(text(run)).not.toContain("planted");
});

test("keys that another deployment has overwritten end the run before the preparation", async () => {
  const run = await stackEngine("prod", { providers: doubles }).up(over({}, {}, others));
  expect(run.ok).toBe(false);
  expect(text(run)).toContain("has another SECRET_KEY_BASE than this run has written: another deployment");
  expect(done(run)).toContain("environment-secrets");
  expect(done(run)).not.toContain("preparation-job");
  expect(text(run)).not.toContain("planted");
});

test("keys that another deployment overwrites later end the run at its end", async () => {
  const answers = [ours, others];
  const check = () =>
    refuseOverwrittenKeys(
      { readAgain: () => Promise.resolve(answers.shift()!) },
      { context: "c", namespace: "chatwoot", secrets: secretsOf(ours) },
    );
  await expect(check()).resolves.toBeUndefined();
  await expect(check()).rejects.toThrow(/has another SECRET_KEY_BASE than this run has written.*may use either keys/);
});

const secretsOf = (keys: RootKeys) => {
  const of = (name: string) => pulumi.output(keys[name]!);
  return {
    secretKeyBase: of("SECRET_KEY_BASE"),
    encryptionKeys: {
      primaryKey: of("ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY"),
      deterministicKey: of("ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY"),
      keyDerivationSalt: of("ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT"),
    },
  };
};
