import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { stepCommand } from "../../../components/driver/command.ts";
import { removedParts } from "./parts.ts";
import { recordedKubeconfig, recordedNames, type RecordedName } from "./recorded.ts";
import { effectsOf, openRecorded } from "./world.ts";

/* Stacks that commit 89b86a0 deployed, updated by the current program. */

beforeAll(() => void vi.stubEnv("KUBECONFIG", recordedKubeconfig));
afterAll(() => void vi.unstubAllEnvs());

const handoverSteps = (stack: string) => [
  "handover-account",
  "handover-hotdash-app-secrets",
  `handover-hotdash-hotdash-staging-${stack}`,
];
const supportSteps = ["support-agent", "support-facts"];
const releaseSteps = (part: string) => [`${part}deployment-release`, `${part}deployment-scale`];
const helperSteps = (part: string) => [`${part}-app`, `${part}-secrets-staged`];
const chatwootSteps = ["addresses-public", "app-secrets-staged", "fly-app", ...releaseSteps("")];

/**
 * The kubeconfig's path leaves the provider. Web and worker mount the initializers, and Chatwoot forces TLS; Redis stops the
 * workers first. The proxy no longer passes sign-up, and the database's Secret has the operator's keys.
 */
const workloads = [
  "kubernetes",
  "sso-proxy",
  "postgres-credentials-chatwoot-db",
  // Its pods have no proxy of a mesh.
  ...["postgres-drill-files", "postgres-drill-role", "postgres-drill-cronjob"],
  "redis-server",
  "chatwoot-chart:chatwoot/chatwoot-web",
  "chatwoot-chart:chatwoot/chatwoot-worker",
  "environment-settings",
];

/** The updates of the first `up`. The command that starts each step has changed. */
const updates: Record<RecordedName, string[]> = {
  staging: [...chatwootSteps, "redis-database"],
  prod: workloads,
  "everything-on-fly": [
    ...chatwootSteps,
    ...["redis", "backup", "logs", "pipeline"].flatMap(helperSteps),
    ...["redis-", "logs-"].flatMap(releaseSteps),
    ...["backup-machine", "bucket-attachments", "certificate-host", "pipeline-check", "pipeline-report"],
    ...handoverSteps("STAGING"),
    ...supportSteps,
  ],
  // The scheduled program is built from this repository's code, so its text changes with the code. Alerts and panels were
  // reworded. The exporter counts the dead jobs of public endpoints.
  "everything-on-kubernetes": [
    ...workloads,
    ...handoverSteps("PROD"),
    ...supportSteps,
    ...["pipeline-program", "pipeline-check", "pipeline-report", "monitoring-rules", "monitoring-dashboard"],
    ...["monitoring-redis-exporter-script", "monitoring-redis-exporter-server"],
  ],
};

/** What web and worker read: Rails initializers, and immutable copies of their environment. */
const copies = ["initializers-files", "environment-settings-copy", "environment-secrets-copy"];

/** What the first `up` creates: the guard and copies, which have no data and no machine. */
const creates: Record<RecordedName, string[]> = {
  staging: ["destroy-guard"],
  prod: ["destroy-guard", ...copies],
  "everything-on-fly": ["destroy-guard"],
  "everything-on-kubernetes": ["destroy-guard", ...copies],
};

/** The steps that `destroy` runs. */
const removals: Record<RecordedName, string[]> = {
  staging: ["app", "redis"],
  prod: [],
  "everything-on-fly": ["app", "app", "app", "app", "app", "certificate", "github", "handover"],
  "everything-on-kubernetes": ["github", "handover"],
};

/** The preparation runs again, because its script changed. The ConfigMap of its files is replaced with the Job that it owns. */
const renewals: Record<RecordedName, string[]> = {
  staging: [],
  prod: ["preparation-job", "preparation-script"],
  "everything-on-fly": [],
  "everything-on-kubernetes": ["preparation-job", "preparation-script"],
};

const all = (op: string, names: readonly string[]): string[] => names.map((name) => `${op} ${name}`);

const renewed = (names: readonly string[]): string[] =>
  ["create-replacement", "delete-replaced", "replace"].flatMap((op) => all(op, names));

const oldRemoval = (step: string): string =>
  `/bin/sh -c node components/${step === "github" ? "support" : "fly"}/driver/main.ts ${step} --delete`;
const newRemoval = (step: string): string => {
  const { interpreter, delete: command } = stepCommand(step);
  return [...interpreter, command].join(" ");
};

describe.each(recordedNames)("%s", (name) => {
  test("the preview replaces nothing with data, and deletes nothing", async () => {
    const world = await openRecorded(name);
    const effects = effectsOf(await world.preview());
    expect(effects.filter((effect) => !effect.startsWith("update "))).toEqual(
      [...all("create", creates[name]), ...renewed(renewals[name])].sort(),
    );
    expect(effects).toEqual(expect.arrayContaining(all("update", updates[name])));
  });

  test("the first `up` updates the steps, the second nothing", async () => {
    const world = await openRecorded(name);
    expect(effectsOf(await world.up())).toEqual(
      [...all("create", creates[name]), ...all("update", updates[name]), ...renewed(renewals[name])].sort(),
    );
    expect(effectsOf(await world.up())).toEqual([]);
    expect(world.deleted).toEqual([]);
  });

  test("`destroy` leaves nothing, before the update and after it", async () => {
    const old = await openRecorded(name);
    await old.destroy();
    expect([await old.resources(), old.deleted.sort()]).toEqual([[], removals[name].map(oldRemoval).sort()]);
    const updated = await openRecorded(name);
    await updated.up();
    await updated.destroy();
    expect([await updated.resources(), updated.deleted.sort()]).toEqual([[], removals[name].map(newRemoval).sort()]);
  });
});

describe.each(removedParts)(
  "$name without its $part",
  ({ name, change, deletes, steps, updates: because, renews = [] }) => {
    test("by the first `up`", async () => {
      const world = await openRecorded(name);
      const updated = [...new Set([...updates[name], ...because])].filter((each) => !deletes.includes(each));
      expect(effectsOf(await world.up(change))).toEqual(
        [
          ...all("create", creates[name]),
          ...all("delete", deletes),
          ...all("update", updated),
          ...renewed(renewals[name]),
        ].sort(),
      );
      expect(world.deleted.sort()).toEqual(steps.map(oldRemoval).sort());
      expect(effectsOf(await world.up(change))).toEqual([]);
    });

    test("after the update", async () => {
      const world = await openRecorded(name);
      await world.up();
      expect(effectsOf(await world.up(change))).toEqual(
        [...all("delete", deletes), ...all("update", because), ...renewed(renews)].sort(),
      );
      expect(world.deleted.sort()).toEqual(steps.map(newRemoval).sort());
    });
  },
);
