import { eventsOf, lastTime, seconds, secondsSince, workloadOf, type Cause, type Moment } from "./cause.ts";
import type { Container, ObjectOf } from "./objects.ts";

type Pod = ObjectOf<"Pod">;

/** A node that starts, a Secret that another step writes: normal until then. */
const settleSeconds = 20;
const schedulingSeconds = 30;
/** An autoscaler has started a node. */
const newNodeSeconds = 300;
const mountSeconds = 45;
/** Chatwoot's web needs about a minute before it answers. */
const probeSeconds = 120;
const neverReadySeconds = 180;

const imageReasons = [
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
];
/** A first failed pull may be an error of the network; these texts are not. */
const finalPullErrors =
  /not found|manifest unknown|unauthorized|denied|forbidden|invalid reference|InvalidImageName|no match for platform/i;
const configReasons = ["CreateContainerConfigError", "CreateContainerError", "RunContainerError"];
const mountReasons = ["FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox"];

/** Why pods that exist do not become ready. */
export function podCauses(moment: Moment): Cause[] {
  return moment.objects.Pod.filter(
    ({ metadata, status }) => !metadata.deletionTimestamp && status.phase !== "Succeeded" && status.phase !== "Failed",
  ).flatMap(
    (pod) =>
      unscheduled(pod, moment) ?? containerCauses(pod, moment) ?? unmounted(pod, moment) ?? unready(pod, moment) ?? [],
  );
}

function unscheduled(pod: Pod, moment: Moment): Cause[] | undefined {
  const { now } = moment;
  const scheduled = pod.status.conditions.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status !== "False" || scheduled.reason !== "Unschedulable") return undefined;
  // The claim's own cause says more.
  if (/unbound immediate PersistentVolumeClaims/.test(scheduled.message)) return [];
  const grows = eventsOf(moment, "Pod", pod.metadata.name, ["TriggeredScaleUp", "Nominated"]).length > 0;
  const waited = secondsSince(now, scheduled.lastTransitionTime ?? pod.metadata.creationTimestamp);
  if (waited < (grows ? newNodeSeconds : schedulingSeconds)) return [];
  return [
    {
      about: workloadOf(pod),
      what: "unschedulable",
      text: scheduled.message,
      fix: "Add a node, or change the pod's size or placement",
      command: ["describe", "nodes"],
    },
  ];
}

function containerCauses(pod: Pod, moment: Moment): Cause[] | undefined {
  const { initContainerStatuses, containerStatuses } = pod.status;
  for (const container of [...initContainerStatuses, ...containerStatuses]) {
    const cause = containerCause(pod, container, moment);
    if (cause !== undefined) return [cause];
  }
  return undefined;
}

function containerCause(pod: Pod, container: Container, moment: Moment): Cause | undefined {
  const { reason = "", message = "" } = container.state.waiting ?? {};
  const about = workloadOf(pod);
  const describe = ["describe", "pod", pod.metadata.name];
  if (imageReasons.includes(reason)) {
    const pulls = eventsOf(moment, "Pod", pod.metadata.name, ["Failed", "InspectFailed"]);
    const said = pulls.find((event) => /pull|image/i.test(event.message) && !/^Error: /.test(event.message));
    const text = said?.message ?? `${reason}: ${message}`;
    if (reason === "ErrImagePull" && !finalPullErrors.test(text)) return undefined;
    const fix = "Correct the image, or its pull secret (`kubernetes.pods`)";
    return { about, what: "image not pulled", text, fix, command: describe };
  }
  if (configReasons.includes(reason)) {
    if (secondsSince(moment.now, pod.metadata.creationTimestamp) < settleSeconds) return undefined;
    return { about, what: "cannot start", text: `${reason}: ${message}`, fix: "Fix the pod", command: describe };
  }
  const ended = container.lastState.terminated ?? container.state.terminated;
  const crashes = reason === "CrashLoopBackOff" || (!container.ready && container.restartCount >= 3);
  if (!crashes || container.restartCount < 2) return undefined;
  return {
    about,
    what: "keeps crashing",
    text: `${container.restartCount} restarts; ${endOf(ended)}`,
    fix: ended?.reason === "OOMKilled" ? "Raise its memory" : "Find the cause in its log",
    command: ["logs", pod.metadata.name, "-c", container.name, "--previous"],
    log: { pod: pod.metadata.name, container: container.name, previous: true },
  };
}

export function endOf(ended: Container["state"]["terminated"]): string {
  if (ended === undefined) return "it has not said why";
  const reason = ["", "Error", "Completed"].includes(ended.reason) ? "" : ` (${ended.reason})`;
  return `exit code ${ended.exitCode}${reason}`;
}

function unmounted(pod: Pod, moment: Moment): Cause[] | undefined {
  if (pod.status.phase !== "Pending") return undefined;
  const events = eventsOf(moment, "Pod", pod.metadata.name, mountReasons);
  if (events.length === 0 || seconds(moment.now, events) < mountSeconds) return undefined;
  if (secondsSince(moment.now, lastTime(events[0]!)) > newNodeSeconds) return undefined;
  return [
    {
      about: workloadOf(pod),
      what: "cannot start",
      text: `${events[0]!.reason}: ${events[0]!.message}`,
      fix: "Fix the volume or the network",
      command: ["describe", "pod", pod.metadata.name],
    },
  ];
}

function unready(pod: Pod, moment: Moment): Cause[] | undefined {
  const { now } = moment;
  // A pod of a Job has no probes, and the operator reports the database.
  if (pod.metadata.ownerReferences.some(({ kind }) => kind !== "ReplicaSet" && kind !== "StatefulSet"))
    return undefined;
  const container = pod.status.containerStatuses.find(({ ready, state }) => !ready && state.running !== undefined);
  if (container === undefined) return undefined;
  const ran = secondsSince(now, container.state.running?.startedAt);
  const probe = eventsOf(moment, "Pod", pod.metadata.name, ["Unhealthy"])[0];
  const fails = probe !== undefined && secondsSince(now, lastTime(probe)) < 60;
  if (ran < (fails ? probeSeconds : neverReadySeconds)) return undefined;
  return [
    {
      about: workloadOf(pod),
      what: fails ? "probe fails" : "never ready",
      text: fails ? probe.message : `container ${container.name} runs for ${Math.round(ran / 60)} minutes`,
      fix: "Find the cause in its log",
      command: ["logs", pod.metadata.name, "-c", container.name],
      log: { pod: pod.metadata.name, container: container.name, previous: false },
    },
  ];
}
