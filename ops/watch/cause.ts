import type { ClusterObjects, ObjectOf } from "./objects.ts";

/** A certain reason why a deployment does not get on. */
export interface Cause {
  /** Workload, claim or database, as an operator names it: `chatwoot-web`. */
  about: string;
  /** Two or three words: `quota exceeded`. */
  what: string;
  /** The event's or status' own text. */
  text: string;
  /** The fix, without a full stop; a command for kubectl follows it. */
  fix: string;
  /** Words for kubectl, without context and namespace. */
  command: readonly string[];
  /** The container whose last line says more. */
  log?: { pod: string; container: string; previous: boolean };
}

/** What the rules read: the objects of the namespace at a time. */
export interface Moment {
  objects: ClusterObjects;
  now: number;
  /** Jobs that failed before this are of an earlier run. */
  since: number;
}

type Event = ObjectOf<"Event">;

export function secondsSince(now: number, time: string | null | undefined): number {
  const at = Date.parse(time ?? "");
  return Number.isNaN(at) ? 0 : (now - at) / 1000;
}

/** Old events have two times, new ones a time and a series. */
const firstTime = (event: Event): string | null | undefined =>
  event.firstTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp;
export const lastTime = (event: Event): string | null | undefined =>
  event.series?.lastObservedTime ?? event.lastTimestamp ?? firstTime(event);

/** The events of one object with one of the reasons, the newest first. */
export function eventsOf({ objects }: Moment, kind: string, name: string, reasons: readonly string[]): Event[] {
  return objects.Event.filter(
    ({ involvedObject, reason }) =>
      involvedObject.kind === kind && involvedObject.name === name && reasons.includes(reason),
  ).sort((a, b) => Date.parse(lastTime(b) ?? "") - Date.parse(lastTime(a) ?? ""));
}

/** How long the events have been coming, in seconds. */
export function seconds(now: number, events: readonly Event[]): number {
  return Math.max(0, ...events.map((event) => secondsSince(now, firstTime(event))));
}

/** The workload of a pod or ReplicaSet: that of its Deployment, if it has one. */
export function workloadOf({ metadata }: Pick<ObjectOf<"Pod">, "metadata">): string {
  const name = metadata.ownerReferences[0]?.name ?? metadata.name;
  const hash = metadata.labels["pod-template-hash"];
  return hash !== undefined && name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : name;
}
