import type { Pod } from "./pod.ts";
import type { ContainerStatus } from "./status.ts";

/** Records when containers entered their state, in milliseconds, because the API stores whole seconds only. */
export interface PodClock {
  note(pod: Pod, statuses: readonly ContainerStatus[]): void;
  sinceMs(pod: Pod, container: string): number;
  forget(pod: Pod): void;
}

const stateOf = ({ state, restartCount }: ContainerStatus) =>
  `${state.running ? "running" : state.terminated ? "terminated" : (state.waiting?.reason ?? "")} ${restartCount}`;

export function createPodClock(now: () => number = () => performance.now()): PodClock {
  const pods = new Map<string, Map<string, { state: string; at: number }>>();
  return {
    note(pod, statuses) {
      const uid = pod.metadata.uid!;
      let containers = pods.get(uid);
      if (!containers) pods.set(uid, (containers = new Map<string, { state: string; at: number }>()));
      for (const status of statuses) {
        const state = stateOf(status);
        if (containers.get(status.name)?.state !== state) containers.set(status.name, { state, at: now() });
      }
    },
    sinceMs(pod, container) {
      // A state from before this process started counts as old.
      const entry = pods.get(pod.metadata.uid!)?.get(container);
      return entry ? now() - entry.at : Infinity;
    },
    forget: (pod) => void pods.delete(pod.metadata.uid!),
  };
}
