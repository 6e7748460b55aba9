import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface ClusterFaults {
  failJobs?: string[];
  failPods?: string[];
  stall?: string[];
  delayMs?: number;
}

/** Sets the stand-ins' faults for a namespace of a cluster's folder; `{}` for none. They read the file every 50 ms. */
export async function setNamespaceFaults(dir: string, namespace: string, faults: ClusterFaults): Promise<void> {
  const folder = join(dir, "faults");
  const file = join(folder, `${namespace}.json`);
  mkdirSync(folder, { recursive: true });
  if (Object.keys(faults).length === 0) rmSync(file, { force: true });
  else writeFileSync(file, JSON.stringify(faults));
  await sleep(200);
}
