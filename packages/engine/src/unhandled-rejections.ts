let running = 0;
let before: NodeJS.UnhandledRejectionListener[] = [];
const listeners = new Set<(reason: unknown) => void>();

function dispatch(reason: unknown): void {
  for (const listener of listeners) listener(reason);
}

/**
 * A program that throws makes the SDK reject promises that are not awaited. They belong to the run, not to the process:
 * while `work` runs, `listener` receives them instead of the process's own listeners.
 */
export async function withoutUnhandledRejections<T>(
  listener: (reason: unknown) => void,
  work: () => Promise<T>,
): Promise<T> {
  if (running++ === 0) {
    before = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", dispatch);
  }
  listeners.add(listener);
  try {
    return await work();
  } finally {
    // Node.js reports rejections after the microtasks of a turn, so wait for the last ones.
    await new Promise((resolve) => setImmediate(resolve));
    listeners.delete(listener);
    if (--running === 0) {
      process.off("unhandledRejection", dispatch);
      for (const each of before) process.on("unhandledRejection", each);
    }
  }
}
