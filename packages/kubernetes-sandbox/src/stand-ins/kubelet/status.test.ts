import { describe, expect, test } from "vitest";
import type { Pod } from "./pod.ts";
import { faultsFor, nextStep, type PodFaults, type StepInput } from "./status.ts";
import { noFaults, parseFaults } from "../faults.ts";
import { podOf } from "../test-objects.ts";

const now = "2026-01-01T00:00:00Z";
const healthy: PodFaults = { fails: false, stalls: false, delayMs: 100 };

/** Steps until nothing changes, as if each delay had passed. */
function run(pod: Pod, faults: PodFaults = healthy, limit = 8, input: Partial<StepInput> = {}) {
  let current = pod;
  const starts: string[] = [];
  for (let count = 0; count < limit; count++) {
    const step = nextStep({
      pod: current,
      podProblems: [],
      containerProblems: () => [],
      faults,
      sinceMs: () => 1e9,
      now,
      ...input,
    });
    starts.push(...step.starts);
    const status = { phase: step.phase, containerStatuses: step.statuses, initContainerStatuses: step.initStatuses };
    current = { ...current, status };
  }
  return { starts, phase: current.status.phase as string, status: current.status.containerStatuses[0] };
}

describe("nextStep", () => {
  const init = {
    initContainers: [
      { name: "i", image: "x" },
      { name: "side", image: "x", restartPolicy: "Always" },
    ],
  };
  test("starts once, and becomes ready after the delay", () => {
    const pod = podOf({});
    const first = nextStep({
      pod,
      podProblems: [],
      containerProblems: () => [],
      faults: healthy,
      sinceMs: () => Infinity,
      now,
    });
    expect(first).toMatchObject({
      phase: "Running",
      starts: ["main"],
      againMs: 100,
      statuses: [{ ready: false, started: true }],
    });
    const early = { ...pod, status: { containerStatuses: first.statuses } };
    expect(
      nextStep({ pod: early, podProblems: [], containerProblems: () => [], faults: healthy, sinceMs: () => 40, now }),
    ).toMatchObject({ starts: [], againMs: 60, statuses: [{ ready: false }] });
    expect(run(pod)).toMatchObject({ starts: ["main"], phase: "Running", status: { ready: true } });
  });
  test("runs init containers and sidecars first", () => expect(run(podOf(init)).starts).toEqual(["i", "side", "main"]));
  test("waits for missing objects of the pod, and reports them", () => {
    const podProblems = [{ reason: "ContainerCreating" as const, message: "no volume" }];
    expect(run(podOf(init), healthy, 3, { podProblems })).toMatchObject({
      starts: [],
      phase: "Pending",
      status: { state: { waiting: podProblems[0] } },
    });
  });
  test("waits for missing objects of a container", () => {
    const problem = { reason: "CreateContainerConfigError" as const, message: "no secret" };
    expect(run(podOf({}), healthy, 3, { containerProblems: () => [problem] })).toMatchObject({
      starts: [],
      phase: "Pending",
      status: { ready: false, state: { waiting: problem } },
    });
  });
  test.each<[string, Partial<Pod["spec"]>, Partial<PodFaults>, string, object]>([
    ["a finite pod succeeds", { restartPolicy: "Never" }, {}, "Succeeded", { state: { terminated: { exitCode: 0 } } }],
    [
      "a failing one fails",
      { restartPolicy: "Never" },
      { fails: true },
      "Failed",
      { state: { terminated: { exitCode: 1 } } },
    ],
    ["a stalled one never ends", { restartPolicy: "Never" }, { stalls: true }, "Running", { ready: false }],
    ["a stalled endless one is never ready", {}, { stalls: true }, "Running", { ready: false, restartCount: 0 }],
    [
      "a failing init container fails the pod",
      { restartPolicy: "Never", ...init },
      { fails: true },
      "Failed",
      { state: { waiting: {} } },
    ],
  ])("%s", (_, spec, faults, phase, status) =>
    expect(run(podOf(spec), { ...healthy, ...faults })).toMatchObject({ phase, status }),
  );
  test("a long-running container that fails is restarted, and is never ready", () => {
    const { starts, status } = run(podOf({}), { ...healthy, fails: true }, 9);
    expect(starts.length).toBeGreaterThan(1);
    expect(status).toMatchObject({ ready: false, restartCount: 3 });
  });
});

describe("faults", () => {
  test("are parsed from text, and match by name", () => {
    const faults = parseFaults('{"failJobs": ["^prep"], "stall": ["web"], "delayMs": 5}');
    expect(faultsFor(faults, ["prep-1"], true)).toEqual({ fails: true, stalls: false, delayMs: 5 });
    expect(faultsFor(faults, ["prep-1"], false).fails).toBe(false);
    expect(faultsFor(faults, ["my-web"], false).stalls).toBe(true);
    expect(parseFaults("{}")).toEqual(noFaults);
    expect(() => parseFaults("{")).toThrow();
  });
});
