import type { Faults } from "../faults.ts";
import { isSidecar, type Container, type Pod, type Problem } from "./pod.ts";

interface Terminated {
  readonly exitCode: number;
  readonly reason: string;
  readonly startedAt: string;
  readonly finishedAt: string;
}

export interface ContainerState {
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: Terminated;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: ContainerState;
  readonly lastState?: ContainerState;
}

export interface PodFaults {
  /** Fails instead of succeeding, or crashes repeatedly. */
  readonly fails: boolean;
  readonly stalls: boolean;
  readonly delayMs: number;
}

export interface StepInput {
  readonly pod: Pod;
  readonly podProblems: readonly Problem[];
  readonly containerProblems: (container: Container) => readonly Problem[];
  readonly faults: PodFaults;
  /** How long a container has been in its state; a large value for a state from before this process started. */
  readonly sinceMs: (container: string) => number;
  readonly now: string;
}

export interface Step {
  readonly phase: "Pending" | "Running" | "Succeeded" | "Failed";
  readonly initStatuses: readonly ContainerStatus[];
  readonly statuses: readonly ContainerStatus[];
  readonly initialized: boolean;
  /** Names of containers that start in this step, in order. */
  readonly starts: readonly string[];
  /** When to check again without a change. */
  readonly againMs?: number;
}

const maxBackOffMs = 10_000;

/** The next status of a scheduled pod: every container that is not blocked advances by one state. */
export function nextStep(input: StepInput): Step {
  const { pod, podProblems, faults, sinceMs, now } = input;
  const { spec } = pod;
  const finite = (spec.restartPolicy ?? "Always") !== "Always";
  const before = new Map<string, ContainerStatus>();
  for (const list of [pod.status?.initContainerStatuses, pod.status?.containerStatuses]) {
    for (const status of (list ?? []) as ContainerStatus[]) before.set(status.name, status);
  }
  const starts: string[] = [];
  let againMs: number | undefined;
  const again = (ms: number) => (againMs = Math.max(1, Math.min(againMs ?? Infinity, ms)));

  const base = ({ name, image }: Container): ContainerStatus => ({
    ...(before.get(name) ?? { name, image, imageID: "", restartCount: 0 }),
    ready: false,
    started: false,
    state: {},
  });
  const waiting = (container: Container, reason: string, message?: string): ContainerStatus => ({
    ...base(container),
    state: { waiting: { reason, ...(message ? { message } : {}) } },
  });
  const running = (container: Container, startedAt: string, ready: boolean): ContainerStatus => ({
    ...base(container),
    imageID: container.image,
    ready,
    started: true,
    state: { running: { startedAt } },
  });
  const ended = (container: Container, startedAt: string, exitCode: number): ContainerStatus => ({
    ...base(container),
    imageID: container.image,
    state: { terminated: { exitCode, reason: exitCode === 0 ? "Completed" : "Error", startedAt, finishedAt: now } },
  });

  /** `kind` is the container's life cycle: finite or endless. */
  const advance = (container: Container, kind: "finite" | "endless"): ContainerStatus => {
    const last = before.get(container.name);
    const state: ContainerState = last?.state ?? {};
    if (state.terminated) {
      const again = kind === "endless" || (state.terminated.exitCode !== 0 && spec.restartPolicy !== "Never");
      if (!again) return { ...last!, ready: kind === "finite" && state.terminated.exitCode === 0 && isInit(container) };
      return backOff(container, last!, state.terminated);
    }
    if (state.running) {
      const { startedAt } = state.running;
      const left = faults.delayMs - sinceMs(container.name);
      if (left > 0) {
        again(left);
        return running(container, startedAt, last!.ready);
      }
      if (faults.stalls) return running(container, startedAt, false);
      if (faults.fails) return ended(container, startedAt, 1);
      return kind === "finite" ? ended(container, startedAt, 0) : running(container, startedAt, true);
    }
    if (state.waiting?.reason === "CrashLoopBackOff") {
      const left = Math.min(faults.delayMs * 2 ** last!.restartCount, maxBackOffMs) - sinceMs(container.name);
      if (left > 0) {
        again(left);
        return last!;
      }
    }
    const [problem] = input.containerProblems(container);
    if (problem) return waiting(container, problem.reason, problem.message);
    starts.push(container.name);
    again(faults.delayMs);
    return running(container, now, false);
  };
  const backOff = (container: Container, last: ContainerStatus, terminated: Terminated): ContainerStatus => {
    again(Math.min(faults.delayMs * 2 ** (last.restartCount + 1), maxBackOffMs));
    const message = `back-off restarting failed container ${container.name}`;
    return {
      ...waiting(container, "CrashLoopBackOff", message),
      restartCount: last.restartCount + 1,
      lastState: { terminated },
    };
  };
  const isInit = (container: Container) => (spec.initContainers ?? []).includes(container);

  let open = podProblems.length === 0;
  const initStatuses = (spec.initContainers ?? []).map((container) => {
    if (!open) {
      const [problem] = podProblems;
      return before.get(container.name) ?? waiting(container, problem?.reason ?? "PodInitializing", problem?.message);
    }
    const status = advance(container, isSidecar(container) ? "endless" : "finite");
    open = isSidecar(container) ? status.started : status.state.terminated?.exitCode === 0;
    if (open && !isSidecar(container)) return { ...status, ready: true };
    return status;
  });
  const failedInit =
    initStatuses.some(({ state }) => (state.terminated?.exitCode ?? 0) !== 0) && spec.restartPolicy === "Never";
  const statuses = spec.containers.map((container) => {
    if (open) return advance(container, finite ? "finite" : "endless");
    const [problem] = podProblems;
    return before.get(container.name)?.state.running
      ? before.get(container.name)!
      : waiting(container, problem?.reason ?? "PodInitializing", problem?.message);
  });
  const phase = failedInit ? "Failed" : phaseOf(statuses, finite, spec.restartPolicy);
  return {
    phase,
    initStatuses,
    statuses,
    initialized: open,
    starts,
    ...(againMs !== undefined ? { againMs } : {}),
  };
}

function phaseOf(
  statuses: readonly ContainerStatus[],
  finite: boolean,
  restartPolicy: string | undefined,
): Step["phase"] {
  if (statuses.some(({ state, restartCount }) => state.waiting && restartCount === 0)) return "Pending";
  if (finite && statuses.every(({ state }) => state.terminated)) {
    if (statuses.every(({ state }) => state.terminated?.exitCode === 0)) return "Succeeded";
    if (restartPolicy === "Never") return "Failed";
  }
  return "Running";
}

/** The faults that apply to a pod with these names. */
export function faultsFor(faults: Faults, names: readonly string[], finite: boolean): PodFaults {
  const hit = (list: readonly RegExp[]) => list.some((expression) => names.some((name) => expression.test(name)));
  return {
    fails: hit(faults.failPods) || (finite && hit(faults.failJobs)),
    stalls: hit(faults.stall),
    delayMs: faults.delayMs,
  };
}
