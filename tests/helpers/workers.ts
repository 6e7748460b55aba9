import { workersOf, type Workers } from "../../config/worker-groups.ts";

/** The main worker without groups. */
export function oneWorker(memoryMb = 1024): Workers {
  return workersOf({ count: 1, memoryMb, concurrency: 10, groups: {} })[0];
}
