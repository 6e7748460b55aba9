import { describe, expect, test } from "vitest";
import { causesAt, keyOf } from "./causes.ts";
import { sortObjects } from "./objects.ts";

const now = Date.parse("2026-11-30T12:00:00Z");
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();
const causes = (...items: unknown[]) => causesAt({ objects: sortObjects(items), now, since: now - 600_000 });

const event = (kind: string, name: string, reason: string, message: string, first: number, last = 5) => ({
  kind: "Event",
  metadata: { name: `${name}.1`, creationTimestamp: ago(first) },
  involvedObject: { kind, name },
  reason,
  message,
  firstTimestamp: ago(first),
  lastTimestamp: ago(last),
});
const webPod = "chatwoot-web-5d9c-x";
const pod = (status: object, age = 60, more: object = {}) => ({
  kind: "Pod",
  metadata: {
    name: webPod,
    creationTimestamp: ago(age),
    labels: { "pod-template-hash": "5d9c" },
    ownerReferences: [{ kind: "ReplicaSet", name: "chatwoot-web-5d9c" }],
    ...more,
  },
  status: { phase: "Pending", ...status },
});
const container = (state: object, more: object = {}) => ({ containerStatuses: [{ name: "web", state, ...more }] });
const waiting = (reason: string, message = "", more: object = {}) => container({ waiting: { reason, message } }, more);
const running = (seconds: number, more: object = {}) => ({
  phase: "Running",
  ...container({ running: { startedAt: ago(seconds) } }, more),
});
const unscheduled = (seconds: number, message = "0/3 nodes are available: 3 Insufficient memory.") => ({
  conditions: [
    { type: "PodScheduled", status: "False", reason: "Unschedulable", message, lastTransitionTime: ago(seconds) },
  ],
});
const replicaSet = (made: number) => ({
  kind: "ReplicaSet",
  metadata: { name: "chatwoot-web-5d9c", ownerReferences: [{ kind: "Deployment", name: "chatwoot-web" }] },
  spec: { replicas: 2 },
  status: { replicas: made },
});
const refused = (message: string, first = 30) =>
  event("ReplicaSet", "chatwoot-web-5d9c", "FailedCreate", `Error creating: ${message}`, first);
const job = (status: object, more: object = {}) => ({
  kind: "Job",
  metadata: { name: "chatwoot-prepare-1", ...more },
  status,
});
const failedJob = (reason: string, seconds: number) => ({
  failed: 1,
  conditions: [{ type: "Failed", status: "True", reason, message: `said ${reason}`, lastTransitionTime: ago(seconds) }],
});
const claim = (phase: string) => ({
  kind: "PersistentVolumeClaim",
  metadata: { name: "chatwoot-storage" },
  status: { phase },
});
const claimEvent = (reason: string, message: string, first: number) =>
  event("PersistentVolumeClaim", "chatwoot-storage", reason, message, first);
const database = (status: object | undefined, age: number, spec: object = {}) => ({
  kind: "Cluster",
  metadata: { name: "chatwoot-db", creationTimestamp: ago(age) },
  spec,
  ...(status && { status }),
});
const archiving = (status: string, seconds: number) => ({
  conditions: [
    { type: "Ready", status: "True", lastTransitionTime: ago(seconds) },
    {
      type: "ContinuousArchiving",
      status,
      message: "barman-cloud-wal-archive: exit status 4",
      lastTransitionTime: ago(seconds),
    },
  ],
});
const quota =
  'pods "chatwoot-web-x" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=4, limited: pods=4';

const rows: [what: string, objects: unknown[], cause: string, text: RegExp][] = [
  ["a quota", [replicaSet(0), refused(quota)], "chatwoot-web: quota exceeded", /^exceeded quota: pods, requested/],
  [
    "a quota on limits",
    [replicaSet(0), refused("failed quota: q: must specify limits.cpu")],
    "chatwoot-web: quota needs limits",
    /limits\.cpu/,
  ],
  [
    "a LimitRange, for a Job",
    [
      job({}),
      event(
        "Job",
        "chatwoot-prepare-1",
        "FailedCreate",
        "maximum memory usage per Container is 768Mi, but limit is 2Gi",
        60,
      ),
    ],
    "chatwoot-prepare-1: LimitRange refuses",
    /768Mi/,
  ],
  [
    "a StatefulSet's pod against Pod Security",
    [
      { kind: "StatefulSet", metadata: { name: "chatwoot-redis" } },
      event("StatefulSet", "chatwoot-redis", "FailedCreate", 'violates PodSecurity "restricted:latest"', 25),
    ],
    "chatwoot-redis: Pod Security refuses",
    /restricted/,
  ],
  [
    "a webhook that denies",
    [replicaSet(1), refused('admission webhook "x" denied the request: no')],
    "chatwoot-web: admission refuses",
    /no$/,
  ],
  [
    "a missing priority class",
    [replicaSet(1), refused("no PriorityClass with name business was found")],
    "chatwoot-web: object missing",
    /business/,
  ],
  [
    "a webhook that is down",
    [replicaSet(1), refused('Internal error: failed calling webhook "x"', 60)],
    "chatwoot-web: pods refused",
    /webhook/,
  ],
  ["no node", [pod(unscheduled(40))], "chatwoot-web: unschedulable", /^0\/3 nodes/],
  [
    "a claim that cannot bind, but not the pod that waits for it",
    [
      claim("Pending"),
      claimEvent("ProvisioningFailed", "access mode ReadWriteMany is not supported", 25),
      pod(unscheduled(60, "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.")),
    ],
    "chatwoot-storage: claim unbound",
    /^ProvisioningFailed: access mode/,
  ],
  [
    "no class",
    [claim("Pending"), claimEvent("FailedBinding", "no storage class is set", 25)],
    "chatwoot-storage: claim unbound",
    /no storage class/,
  ],
  [
    "a provisioner that is away",
    [claim("Pending"), claimEvent("ExternalProvisioning", "Waiting for nfs.csi", 130)],
    "chatwoot-storage: claim unbound",
    /nfs/,
  ],
  [
    "an image that cannot be pulled, by its event",
    [
      pod(waiting("ImagePullBackOff", 'Back-off pulling image "x"')),
      event("Pod", webPod, "Failed", "Error: ImagePullBackOff", 20),
      event("Pod", webPod, "Failed", 'Failed to pull image "x": manifest unknown', 30, 10),
    ],
    "chatwoot-web: image not pulled",
    /manifest unknown/,
  ],
  [
    "an image that needs a login, at the first try",
    [pod(waiting("ErrImagePull", "401 Unauthorized"))],
    "chatwoot-web: image not pulled",
    /401/,
  ],
  [
    "an image without an event",
    [pod(waiting("ImagePullBackOff", "Back-off pulling"))],
    "chatwoot-web: image not pulled",
    /^ImagePullBackOff: Back-off/,
  ],
  ["an invalid image", [pod(waiting("InvalidImageName", "couldn't parse"))], "chatwoot-web: image not pulled", /parse/],
  [
    "a missing Secret",
    [pod(waiting("CreateContainerConfigError", 'secret "s" not found'))],
    "chatwoot-web: cannot start",
    /secret "s" not found/,
  ],
  [
    "a command that is absent",
    [pod(waiting("RunContainerError", "exec: not found"))],
    "chatwoot-web: cannot start",
    /exec/,
  ],
  [
    "a volume that cannot be mounted",
    [pod(waiting("ContainerCreating")), event("Pod", webPod, "FailedMount", 'configmap "c" not found', 50)],
    "chatwoot-web: cannot start",
    /^FailedMount: configmap/,
  ],
  [
    "crashes",
    [
      pod(
        waiting("CrashLoopBackOff", "", {
          restartCount: 3,
          lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } },
        }),
      ),
    ],
    "chatwoot-web: keeps crashing",
    /^3 restarts; exit code 137 \(OOMKilled\)/,
  ],
  [
    "crashes of an init container",
    [
      pod({
        initContainerStatuses: [
          {
            name: "i",
            restartCount: 2,
            state: { waiting: { reason: "CrashLoopBackOff" } },
            lastState: { terminated: { exitCode: 1, reason: "Error" } },
          },
        ],
      }),
    ],
    "chatwoot-web: keeps crashing",
    /exit code 1$/,
  ],
  [
    "a failing probe",
    [
      pod(running(130), 140),
      event("Pod", webPod, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 500", 100),
    ],
    "chatwoot-web: probe fails",
    /statuscode: 500/,
  ],
  ["a pod that is never ready", [pod(running(200), 200)], "chatwoot-web: never ready", /3 minutes/],
  ["the deadline of a Job", [job(failedJob("DeadlineExceeded", 5))], "chatwoot-prepare-1: deadline exceeded", /said/],
  [
    "a failed Job, with its exit code",
    [
      job(failedJob("BackoffLimitExceeded", 5)),
      pod({ phase: "Failed", ...container({ terminated: { exitCode: 7 } }) }, 60, {
        ownerReferences: [{ kind: "Job", name: "chatwoot-prepare-1" }],
      }),
    ],
    "chatwoot-prepare-1: failed",
    /exit code 7$/,
  ],
  [
    "an archive that does not archive",
    [database(archiving("False", 40), 300)],
    "chatwoot-db: WAL not archived",
    /exit status 4/,
  ],
  ["no operator", [database(undefined, 90)], "chatwoot-db: no operator", /90 s/],
  [
    "a database that the operator cannot create",
    [database({ phase: "Unable to create required cluster objects" }, 70)],
    "chatwoot-db: not ready",
    /Unable/,
  ],
  [
    "a database that is never ready",
    [database({ phase: "Setting up primary" }, 700)],
    "chatwoot-db: not ready",
    /Setting up/,
  ],
  [
    "the API server's verdict, if nothing else is known",
    [
      {
        kind: "Deployment",
        metadata: { name: "chatwoot-web" },
        status: {
          conditions: [
            {
              type: "Progressing",
              status: "False",
              reason: "ProgressDeadlineExceeded",
              message: "timed out progressing",
            },
          ],
        },
      },
    ],
    "chatwoot-web: rollout stuck",
    /progressing/,
  ],
];

test.each(rows)("%s", (_what, objects, key, text) => {
  const found = causes(...objects);
  expect(found.map(keyOf)).toEqual([key]);
  expect(found[0]?.text).toMatch(text);
  expect(found[0]?.command.length).toBeGreaterThan(1);
});

describe("says nothing about", () => {
  test.each<[string, unknown[]]>([
    ["an empty namespace", []],
    [
      "a pod that pulls its image",
      [pod(waiting("ContainerCreating"), 120), event("Pod", webPod, "Pulling", "Pulling image", 110)],
    ],
    ["a first failed pull by the network", [pod(waiting("ErrImagePull", "dial tcp: i/o timeout"))]],
    ["a pod that waits for a node for some seconds", [pod(unscheduled(10))]],
    ["a node that an autoscaler starts", [pod(unscheduled(100)), event("Pod", webPod, "TriggeredScaleUp", "1->2", 60)]],
    [
      "a Secret that the same deployment writes",
      [pod(waiting("CreateContainerConfigError", 'secret "s" not found'), 5)],
    ],
    [
      "a mount that is tried again",
      [pod(waiting("ContainerCreating")), event("Pod", webPod, "FailedMount", "not yet", 20)],
    ],
    ["one restart", [pod(waiting("CrashLoopBackOff", "", { restartCount: 1 }))]],
    ["a pod that starts", [pod(running(60)), event("Pod", webPod, "Unhealthy", "Startup probe failed", 30)]],
    [
      "a pod that is ready after its probes failed",
      [pod(running(600, { ready: true }), 600), event("Pod", webPod, "Unhealthy", "x", 590, 30)],
    ],
    ["a pod that stops", [pod(running(600), 600, { deletionTimestamp: ago(5) })]],
    ["a rolling update", [replicaSet(2), pod(running(30)), refused(quota, 400)]],
    ["a quota that an old pod fills while it stops", [replicaSet(1), refused(quota, 8)]],
    ["a webhook that restarts", [replicaSet(1), refused("failed calling webhook", 30)]],
    ["a claim that waits for its pod", [claim("Pending"), claimEvent("WaitForFirstConsumer", "waiting", 300)]],
    ["a claim that is being provisioned", [claim("Pending"), claimEvent("ExternalProvisioning", "waiting", 30)]],
    ["a claim that is bound after a failure", [claim("Bound"), claimEvent("ProvisioningFailed", "x", 100)]],
    [
      "a Job that runs",
      [job({ active: 1 }), pod(running(900), 900, { ownerReferences: [{ kind: "Job", name: "chatwoot-prepare-1" }] })],
    ],
    ["a Job that failed before", [job(failedJob("BackoffLimitExceeded", 700))]],
    [
      "a failed run of a schedule",
      [job(failedJob("BackoffLimitExceeded", 5), { ownerReferences: [{ kind: "CronJob", name: "drill" }] })],
    ],
    ["the database's first minutes", [database({ phase: "Setting up primary" }, 300)]],
    ["a recovery that takes long", [database({ phase: "Setting up primary" }, 3000, { bootstrap: { recovery: {} } })]],
    ["an archive that works", [database(archiving("True", 300), 300)]],
    ["the first file of an archive", [database(archiving("False", 5), 300)]],
    ["an operator that has just been asked", [database(undefined, 10)]],
    ["unreadable objects and kinds that were not asked for", [null, 1, { kind: "Pod" }, { kind: "Secret" }]],
  ])("%s", (_what, objects) => {
    expect(causes(...objects)).toEqual([]);
  });
});

test("the most decisive cause is first, and each workload has one of a kind", () => {
  const stuck = (name: string) => ({
    ...pod(waiting("ImagePullBackOff", "x")),
    metadata: { ...pod({}).metadata, name },
  });
  const found = causes(database(archiving("False", 40), 300), stuck("a"), stuck("b"), replicaSet(1), refused(quota));
  expect(found.map(keyOf)).toEqual([
    "chatwoot-web: quota exceeded",
    "chatwoot-web: image not pulled",
    "chatwoot-db: WAL not archived",
  ]);
});
