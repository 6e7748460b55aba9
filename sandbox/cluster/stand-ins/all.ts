import { kubelet } from "./kubelet/kubelet.ts";
import { scheduler } from "./scheduler/scheduler.ts";
import type { StandIn } from "./stand-in.ts";

/** Everything that is played. */
export const standIns: readonly StandIn[] = [scheduler, kubelet];
