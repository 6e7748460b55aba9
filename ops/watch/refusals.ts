import { eventsOf, seconds, workloadOf, type Cause, type Moment } from "./cause.ts";

/** Shorter refusals are normal: an old pod still counts for the quota while it stops. */
const certainSeconds = 20;
/** A refusal of another kind can be an error of a webhook or of the API server. */
const otherSeconds = 45;

type Rule = [match: RegExp, what: string, fix: string, command: readonly string[]];

const rules: readonly Rule[] = [
  [/exceeded quota/, "quota exceeded", "Raise the quota, or set smaller pods", ["describe", "resourcequotas"]],
  [/failed quota|must specify/, "quota needs limits", "Set `kubernetes.pods`", ["describe", "resourcequotas"]],
  [
    /(maximum|minimum) \S+ usage per |limit to request ratio/,
    "LimitRange refuses",
    "Change the LimitRange, or the pod's size",
    ["describe", "limitranges"],
  ],
  [
    /violates PodSecurity/,
    "Pod Security refuses",
    "Relax the namespace's level",
    ["get", "namespaces", "--show-labels"],
  ],
  [
    /denied the request|ValidatingAdmissionPolicy/,
    "admission refuses",
    "Change the policy or the pod",
    ["get", "events", "--field-selector", "reason=FailedCreate"],
  ],
  [
    /no PriorityClass|serviceaccount .* not found/i,
    "object missing",
    "Create it",
    ["get", "events", "--field-selector", "reason=FailedCreate"],
  ],
];

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
    const rule = rules.find(([match]) => match.test(text));
    if (events.length === 0 || seconds(moment.now, events) < (rule === undefined ? otherSeconds : certainSeconds))
      return [];

    const about = kind === "ReplicaSet" ? workloadOf(object) : object.metadata.name;
    const [, what, fix, command] = rule ?? [
      undefined,
      "pods refused",
      "Fix the error",
      ["describe", kind.toLowerCase(), object.metadata.name],
    ];
    return [{ about, what, text: reasonIn(text), fix, command }];
  });
}

/** Without the beginning that names a pod which does not exist. */
function reasonIn(text: string): string {
  return text.replace(/^Error creating: /, "").replace(/^pods "[^"]*" is forbidden: /, "");
}
