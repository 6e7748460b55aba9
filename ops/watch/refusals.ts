import { explainRefusal, remedy } from "../../components/kubernetes/refusals.ts";
import { eventsOf, seconds, workloadOf, type Cause, type Moment } from "./cause.ts";

/** Shorter refusals are normal: an old pod still counts for the quota while it stops. */
const certainSeconds = 20;
/** A refusal of another kind can be an error of a webhook or of the API server. */
const otherSeconds = 45;

/** Pods that the API server refuses to create. */
export function refusals(moment: Moment): Cause[] {
  const { ReplicaSet, StatefulSet, Job } = moment.objects;
  const lacking = [
    ...ReplicaSet.filter(({ spec, status }) => status.replicas < spec.replicas).map(
      (set) => ["ReplicaSet", set] as const,
    ),
    ...StatefulSet.filter(({ spec, status }) => status.replicas < spec.replicas).map(
      (set) => ["StatefulSet", set] as const,
    ),
    ...Job.filter(({ status: { active, succeeded, failed } }) => active + succeeded + failed === 0).map(
      (job) => ["Job", job] as const,
    ),
  ];
  return lacking.flatMap(([kind, object]) => {
    const events = eventsOf(moment, kind, object.metadata.name, ["FailedCreate"]);
    const text = events[0]?.message ?? "";
    const about = kind === "ReplicaSet" ? workloadOf(object) : object.metadata.name;
    const refusal = explainRefusal(text, { kind, name: about });
    if (events.length === 0 || seconds(moment.now, events) < (refusal === undefined ? otherSeconds : certainSeconds))
      return [];
    const unexplained = {
      what: "pods refused",
      fix: "Fix the error",
      command: ["describe", kind.toLowerCase(), object.metadata.name],
    };
    const { what, fix, command } = refusal ? { ...refusal, fix: remedy(refusal) } : unexplained;
    return [{ about, what, text: reasonIn(text), fix, command }];
  });
}

/** Without the beginning that names a pod which does not exist. */
function reasonIn(text: string): string {
  return text.replace(/^Error creating: /, "").replace(/^pods "[^"]*" is forbidden: /, "");
}
