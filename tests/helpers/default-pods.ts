import { pods } from "../../config/schema/kubernetes/pods.ts";

/** `kubernetes.pods` of a stack file without it. */
export const defaultPods = pods.parse({});
