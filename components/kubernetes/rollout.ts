/**
 * How web and worker change to a new version: one new pod comes and is ready, then one old pod goes, so there is never
 * one less than wanted.
 */
export const rollingUpdate = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } as const;

/** A pod is not ready before this: its first probe waits for so long. */
export const firstProbeSeconds = 30;

/**
 * Pods beside those that are wanted while a version is replaced: the new one, and the old one that ends. Not more,
 * because a pod ends sooner than the next one is ready (`firstProbeSeconds`).
 */
export const podsBesideCount = 2;

/**
 * Web goes on for `drainSeconds` after it was told to stop, until nobody sends it new requests any more, and then has the
 * rest of `webStopSeconds` to finish those that it has.
 */
export const drainSeconds = 10;
export const webStopSeconds = 30;

/** After this long without a ready pod the API server calls a rollout failed; before the 20 minutes that we wait for it. */
export const progressDeadlineSeconds = 1140;
