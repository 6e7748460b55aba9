let requested = false;
let cleaning = 0;

/** From here on, SIGINT and SIGTERM end the work at its next call of flyctl, and not this process at once. */
export function heedSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => (requested = true));
}

/** Whether the work shall end. Never while it cleans up behind itself. */
export function mustStop(): boolean {
  return requested && cleaning === 0;
}

/** Work that brings back what was taken away: it goes on although we were told to stop. */
export async function cleaningUp<T>(work: () => Promise<T>): Promise<T> {
  cleaning += 1;
  try {
    return await work();
  } finally {
    cleaning -= 1;
  }
}

export function isCleaningUp(): boolean {
  return cleaning > 0;
}
