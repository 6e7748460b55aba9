import { eventsOf, seconds, secondsSince, workloadOf, type Cause, type Moment } from "./cause.ts";
import { endOf, podCauses } from "./pods.ts";
import { refusals } from "./refusals.ts";

const claimSeconds = 20;
/** A provisioner that never answers. */
const unansweredSeconds = 120;
/** The first file of WAL may fail once, before the bucket's credentials are there. */
const archiveSeconds = 30;
/** The operator sets a status within seconds. */
const operatorSeconds = 60;
const databaseSeconds = 600;

/**
 * The causes that are certain at this moment, the most decisive first, one for each workload and kind. Normal waits, such
 * as a pull, a pod that waits for its node, or a rolling update, are none.
 */
export function causesAt(moment: Moment): Cause[] {
  const found = [
    ...refusals(moment),
    ...claimCauses(moment),
    ...podCauses(moment),
    ...jobCauses(moment),
    ...databaseCauses(moment),
  ];
  const known = new Set(found.map(({ about }) => about));
  const all = [...found, ...stuckRollouts(moment).filter(({ about }) => !known.has(about))];
  return all.filter((cause, index) => all.findIndex((other) => keyOf(other) === keyOf(cause)) === index);
}

export const keyOf = ({ about, what }: Cause): string => `${about}: ${what}`;

function claimCauses(moment: Moment): Cause[] {
  return moment.objects.PersistentVolumeClaim.filter(({ status }) => status.phase === "Pending").flatMap(
    ({ metadata: { name } }) => {
      const failed = eventsOf(moment, "PersistentVolumeClaim", name, ["ProvisioningFailed", "FailedBinding"]);
      const waits = eventsOf(moment, "PersistentVolumeClaim", name, ["ExternalProvisioning"]);
      const isCertain = failed.length > 0 && seconds(moment.now, failed) >= claimSeconds;
      const event = isCertain ? failed[0] : seconds(moment.now, waits) >= unansweredSeconds ? waits[0] : undefined;
      if (event === undefined) return [];
      const text = `${event.reason}: ${event.message}`;
      return [
        { about: name, what: "claim unbound", text, fix: "Use a class that can", command: ["describe", "pvc", name] },
      ];
    },
  );
}

function jobCauses({ objects, since }: Moment): Cause[] {
  return objects.Job.filter(({ metadata }) => !metadata.ownerReferences.some(({ kind }) => kind === "CronJob")).flatMap(
    ({ metadata: { name }, status }) => {
      const failed = status.conditions.find((one) => one.type === "Failed" && one.status === "True");
      if (failed === undefined || Date.parse(failed.lastTransitionTime ?? "") < since) return [];
      const pod = objects.Pod.filter((one) => one.metadata.ownerReferences.some((owner) => owner.name === name)).at(-1);
      const ended = pod?.status.containerStatuses.find(({ state }) => (state.terminated?.exitCode ?? 0) !== 0);
      const end = ended === undefined ? "" : `; ${endOf(ended.state.terminated)}`;
      return [
        {
          about: name,
          what: failed.reason === "DeadlineExceeded" ? "deadline exceeded" : "failed",
          text: `${failed.message || failed.reason}${end}`,
          fix: failed.reason === "DeadlineExceeded" ? "Raise `kubernetes.releaseTimeoutMinutes`" : "Read its log",
          command: ["logs", `job/${name}`],
          ...(pod && ended && { log: { pod: pod.metadata.name, container: ended.name, previous: false } }),
        },
      ];
    },
  );
}

function databaseCauses({ objects, now }: Moment): Cause[] {
  return objects.Cluster.flatMap(({ metadata, spec, status }) => {
    const about = metadata.name;
    const command = ["describe", "clusters.postgresql.cnpg.io", about];
    const age = secondsSince(now, metadata.creationTimestamp);
    if (status === undefined) {
      if (age < operatorSeconds) return [];
      const text = `CloudNativePG has not set a status for ${Math.round(age)} s`;
      return [{ about, what: "no operator", text, fix: "Check the operator's own pods and log", command }];
    }
    const archive = status.conditions.find(({ type }) => type === "ContinuousArchiving");
    if (archive?.status === "False" && secondsSince(now, archive.lastTransitionTime) >= archiveSeconds)
      return [{ about, what: "WAL not archived", text: archive.message, fix: "Fix the bucket or its keys", command }];
    const said = [status.phase, status.phaseReason].filter(Boolean).join(": ");
    const isBad = /unable|unrecoverable|not enough disk|cannot|invalid|failed/i.test(status.phase);
    const ready = status.conditions.find(({ type }) => type === "Ready");
    const isLate =
      ready?.status !== "True" &&
      spec.bootstrap?.recovery === undefined &&
      Math.min(age, secondsSince(now, ready?.lastTransitionTime ?? metadata.creationTimestamp)) >= databaseSeconds;
    if (!(isBad && age >= operatorSeconds) && !isLate) return [];
    return [{ about, what: "not ready", text: said || "no phase", fix: "Check its pods and the operator", command }];
  });
}

/** The API server's own verdict, if nothing else is known. */
function stuckRollouts({ objects }: Moment): Cause[] {
  return objects.Deployment.flatMap(({ metadata, status }) => {
    const progress = status.conditions.find(({ type }) => type === "Progressing");
    if (progress?.reason !== "ProgressDeadlineExceeded") return [];
    const command = ["describe", "deployment", metadata.name];
    return [
      {
        about: workloadOf({ metadata }),
        what: "rollout stuck",
        text: progress.message,
        fix: "Check its pods",
        command,
      },
    ];
  });
}
