import { fileURLToPath } from "node:url";

/** Folder for the start of PATH, so that `flyctl` and `fly` are the stand-in. */
export const flyctlBinFolder = fileURLToPath(new URL("../bin", import.meta.url));

export { runFlyctl } from "./run.ts";
export { splitWords } from "./cli/shell-words.ts";
export { readCalls, type CallRecord } from "./state/calls.ts";
export type { DeployFaults, ExecAnswer, Fault, FaultFile, JobEnd, MachineFault } from "./state/faults.ts";
export { readMachineStarts, type MachineStart } from "./state/journal.ts";
export { effectiveSecrets } from "./state/secrets.ts";
export { Store } from "./state/store.ts";
export type { App, Machine, Release, State } from "./state/types.ts";
export { addVolume } from "./deploy/volumes.ts";
