let running = 0;
let before: NodeJS.UnhandledRejectionListener[] = [];
const listeners = new Set<(reason: unknown) => void>();

function dispatch(reason: unknown): void {
  for (const listener of listeners) listener(reason);
}

/**
 * A program that throws makes the SDK reject promises that nobody awaits. They belong to the run, not to the process:
 * while `work` runs, `listener` hears of them instead of the process's own listeners.
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
    // Rejections are told after the microtasks of a turn: let the last ones be heard.
    await new Promise((resolve) => setImmediate(resolve));
    listeners.delete(listener);
    if (--running === 0) {
      process.off("unhandledRejection", dispatch);
      for (const each of before) process.on("unhandledRejection", each);
    }
  }
}
