import { describe, expect, test } from "vitest";
import type { Props } from "../../../src/values.ts";
import { judgeDaemonSet } from "../../../src/providers/kubernetes/await/daemon-set.ts";
import { judgeDeployment } from "../../../src/providers/kubernetes/await/deployment.ts";
import { awaiterFor } from "../../../src/providers/kubernetes/await/await.ts";
import { isJobComplete, judgeJob } from "../../../src/providers/kubernetes/await/job.ts";
import { containerProblems, judgePod } from "../../../src/providers/kubernetes/await/pods.ts";
import { judgeStatefulSet } from "../../../src/providers/kubernetes/await/stateful-set.ts";
import { timeoutSeconds } from "../../../src/providers/kubernetes/await/wait.ts";
import { seen } from "../support/observation.ts";

const ownedBy = (uid: string) => ({ ownerReferences: [{ uid }] });

describe("Deployment", () => {
  const deployment = (revision: string, conditions: Props[], generation = 1, observedGeneration = generation) => ({
    metadata: { name: "web", uid: "d", generation, annotations: { "deployment.kubernetes.io/revision": revision } },
    spec: { template: { spec: { volumes: [{ persistentVolumeClaim: { claimName: "data" } }] } } },
    status: { observedGeneration, conditions },
  });
  const replicaSet = (revision: string, ready: number | undefined, replicas = 2) => ({
    metadata: {
      name: `web-${revision}`,
      uid: `rs${revision}`,
      annotations: { "deployment.kubernetes.io/revision": revision },
      ...ownedBy("d"),
    },
    spec: { replicas },
    status: ready === undefined ? {} : { readyReplicas: ready },
  });
  const available = { type: "Available", status: "True" };
  const unavailable = { type: "Available", status: "False", reason: "MinimumReplicasUnavailable", message: "too few" };
  const rolledOut = { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" };
  const progressing = { type: "Progressing", status: "True", reason: "ReplicaSetUpdated" };
  const stuck = { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: "timed out" };

  test.each([
    ["created and available", deployment("1", [available]), [replicaSet("1", 2)], { ready: true }],
    ["without replicas", deployment("1", [available]), [replicaSet("1", undefined, 0)], { ready: true }],
    ["too few ready", deployment("1", [available]), [replicaSet("1", 1)], { ready: false }],
    [
      "rolled out",
      deployment("2", [available, rolledOut], 2),
      [replicaSet("1", 0), replicaSet("2", 2)],
      { ready: true },
    ],
    [
      "old pods still serving",
      deployment("2", [available, progressing], 2),
      [replicaSet("1", 2), replicaSet("2", 0)],
      { ready: false },
    ],
    ["not observed yet", deployment("1", [available], 2, 1), [replicaSet("1", 2)], { ready: false }],
    [
      "another owner's ReplicaSet",
      deployment("1", [available]),
      [{ ...replicaSet("1", 2), metadata: { annotations: {} } }],
      { ready: false },
    ],
    ["deadline exceeded", deployment("1", [unavailable, stuck]), [replicaSet("1", 0)], { ready: false, failed: true }],
  ])("%s", (_title, object, replicaSets, verdict) => {
    expect(judgeDeployment(seen(object, { related: { ReplicaSet: replicaSets } }))).toMatchObject(verdict);
  });

  test("waits for an unbound claim, and names it", () => {
    const claim = { metadata: { name: "data" }, status: { phase: "Pending" } };
    const related = {
      ReplicaSet: [replicaSet("1", 2)],
      PersistentVolumeClaim: [claim, { ...claim, metadata: { name: "other" } }],
    };
    const verdict = judgeDeployment(seen(deployment("1", [available]), { related }));
    expect(verdict).toMatchObject({ ready: false, reasons: ['Failed to bind PersistentVolumeClaim(s): "data"'] });
  });

  test("reports the reasons of its pods", () => {
    const pod = {
      metadata: { name: "web-1-x", namespace: "default", ...ownedBy("rs1") },
      status: {
        conditions: [
          { type: "PodScheduled", status: "True" },
          { type: "Initialized", status: "True" },
          { type: "Ready", status: "False", reason: "ContainersNotReady", message: "not ready. " },
        ],
        containerStatuses: [
          { name: "c", state: { waiting: { reason: "CreateContainerConfigError", message: 'secret "x" not found' } } },
        ],
      },
    };
    const verdict = judgeDeployment(
      seen(deployment("1", [unavailable]), { related: { ReplicaSet: [replicaSet("1", 0)], Pod: [pod] } }),
    );
    expect(verdict.reasons).toContain('[Pod web-1-x]: not ready. [CreateContainerConfigError] secret "x" not found');
  });
});

describe("Job", () => {
  const job = (conditions: Props[], startTime: string | undefined = "now") => ({
    metadata: { name: "migrate", namespace: "app", uid: "j" },
    status: { startTime, conditions, active: 1 },
  });

  test.each([
    ["complete", job([{ type: "Complete", status: "True" }]), { ready: true }],
    [
      "running",
      job([]),
      { ready: false, status: 'Waiting for Job "app/migrate" to succeed (Active: 1 | Succeeded: 0 | Failed: 0)' },
    ],
    [
      "failed",
      job([{ type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "too often" }]),
      { ready: false, failed: true, reasons: ["[BackoffLimitExceeded] too often"] },
    ],
    ["failing is not failed", job([{ type: "FailureTarget", status: "True" }]), { ready: false }],
  ])("%s", (_title, object, verdict) => {
    expect(judgeJob(seen(object))).toMatchObject(verdict);
  });

  test("a failed Job is not complete", () => {
    expect(isJobComplete(job([{ type: "Failed", status: "True" }]))).toBe(false);
    expect(isJobComplete(job([{ type: "Complete", status: "True" }]))).toBe(true);
  });
});

describe("StatefulSet", () => {
  const full = {
    observedGeneration: 1,
    replicas: 2,
    readyReplicas: 2,
    currentReplicas: 2,
    updatedReplicas: 2,
    currentRevision: "a",
    updateRevision: "a",
  };
  const set = (status: Props, generation = 1, spec: Props = {}) => ({
    metadata: { generation },
    spec: { replicas: 2, ...spec },
    status,
  });

  test.each([
    ["full", set(full), true],
    ["one not ready", set({ ...full, readyReplicas: 1 }), false],
    ["between revisions", set({ ...full, updateRevision: "b" }), false],
    ["not observed", set(full, 2), false],
    [
      "updated manually",
      set({ ...full, observedGeneration: 2, updateRevision: "b" }, 2, { updateStrategy: { type: "OnDelete" } }),
      true,
    ],
    ["no status yet", set({}), false],
  ])("%s", (_title, object, ready) => {
    expect(judgeStatefulSet(seen(object)).ready).toBe(ready);
  });

  test("reports how many replicas are ready, and what blocks the others", () => {
    const verdict = judgeStatefulSet(seen(set({ ...full, readyReplicas: 1, updateRevision: "b", updatedReplicas: 0 })));
    expect(verdict.reasons).toEqual([
      "0 out of 2 replicas succeeded readiness checks",
      'StatefulSet controller failed to advance from revision "a" to revision "b"',
    ]);
  });
});

test.each([
  [
    {
      desiredNumberScheduled: 2,
      currentNumberScheduled: 2,
      updatedNumberScheduled: 2,
      numberAvailable: 2,
      numberReady: 2,
    },
    true,
  ],
  [
    {
      desiredNumberScheduled: 2,
      currentNumberScheduled: 2,
      updatedNumberScheduled: 1,
      numberAvailable: 2,
      numberReady: 2,
    },
    false,
  ],
  [{ desiredNumberScheduled: 0 }, true],
  [{}, false],
])("DaemonSet with %j", (status, ready) => {
  expect(
    judgeDaemonSet(seen({ metadata: { generation: 1 }, status: { observedGeneration: 1, ...status } })).ready,
  ).toBe(ready);
});

describe("pods", () => {
  test("a container that exited successfully is no problem", () => {
    expect(containerProblems({ ready: true })).toEqual([]);
    expect(containerProblems({ state: { waiting: { reason: "ContainerCreating" } } })).toEqual([]);
  });

  test("reports why a container crashed before", () => {
    const status = {
      name: "web",
      state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } },
      lastState: { terminated: { finishedAt: "2020-01-01T00:00:00Z", reason: "Error", exitCode: 1, message: "boom" } },
    };
    expect(containerProblems(status)).toEqual([
      "[CrashLoopBackOff] back-off",
      'container "web" terminated at 2020-01-01T00:00:00Z (Error: exit code 1)',
      "boom",
    ]);
  });

  test("reports a pod that cannot be scheduled", () => {
    const conditions = [
      { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes are available" },
    ];
    expect(judgePod({ metadata: { name: "p" }, status: { conditions } })).toEqual({
      ready: false,
      status: 'Waiting for Pod "p" to be scheduled',
      problem: "0/3 nodes are available",
    });
  });
});

describe("selecting the wait", () => {
  const object = (annotations: Props, kind = "Deployment", apiVersion = "apps/v1") => ({
    apiVersion,
    kind,
    metadata: { annotations },
  });

  test("skipAwait skips the wait, custom resources are not awaited, and waitFor overrides the kind's wait", () => {
    expect(awaiterFor(object({ "pulumi.com/skipAwait": "true" }), 0)).toBeUndefined();
    expect(awaiterFor(object({}, "Cluster", "postgresql.cnpg.io/v1"), 0)).toBeUndefined();
    expect(awaiterFor(object({}), 0)?.judge).toBe(judgeDeployment);
    expect(awaiterFor(object({ "pulumi.com/waitFor": "condition=Ready" }), 0)?.judge).not.toBe(judgeDeployment);
  });

  test.each([
    [30, { "pulumi.com/timeoutSeconds": "60" }, 30],
    [undefined, { "pulumi.com/timeoutSeconds": "60" }, 60],
    [undefined, { "pulumi.com/timeoutSeconds": "soon" }, 600],
    [undefined, {}, 600],
  ])("time limit of option %s and annotations %j", (option, annotations, seconds) => {
    expect(timeoutSeconds(option, object(annotations))).toBe(seconds);
  });
});
