import { exitCodes } from "./exit-codes.ts";

export interface Cancellation {
  signal: AbortSignal;
  /** Restores the process's signal handling. */
  dispose(): void;
}

/** The first SIGINT or SIGTERM cancels gracefully, the second stops at once. */
export function cancelOnSignals(
  onFirst?: () => void,
  exit: (code: number) => void = (code) => process.exit(code),
): Cancellation {
  const controller = new AbortController();
  const listen = (): void => {
    if (controller.signal.aborted) {
      exit(exitCodes.cancelled);
      return;
    }
    controller.abort();
    onFirst?.();
  };
  process.on("SIGINT", listen);
  process.on("SIGTERM", listen);
  return {
    signal: controller.signal,
    dispose() {
      process.off("SIGINT", listen);
      process.off("SIGTERM", listen);
    },
  };
}
