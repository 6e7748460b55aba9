/**
 * How web and worker change to a new version: a new pod becomes ready, then an old pod stops, so the number of ready
 * pods never falls below the configured number.
 */
export const rollingUpdate = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } as const;

/**
 * The same for pods that must stay on their node: an old pod stops first, so that a full node cannot block the rollout. With
 * one pod, Chatwoot is interrupted until the new one is ready.
 */
export const replacingUpdate = { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } as const;

/** A pod is not ready before this, because its first probe waits this long. */
export const firstProbeSeconds = 30;

/**
 * Extra pods during a rollout: the new one, and the old one that stops. Not more, because a pod stops sooner than the
 * next one is ready (`firstProbeSeconds`).
 */
export const podsBesideCount = 2;

/**
 * Web keeps accepting requests for `drainSeconds` after the stop signal, until the Service no longer routes to it. The
 * rest of `webStopSeconds` is for its open requests.
 */
export const drainSeconds = 10;
export const webStopSeconds = 30;

/** How long Pulumi waits for web and worker. */
export const rolloutLimitSeconds = 1200;

/** Seconds without a ready pod after which the API server fails a rollout, before Pulumi does. */
export const progressDeadlineSeconds = rolloutLimitSeconds - 60;
