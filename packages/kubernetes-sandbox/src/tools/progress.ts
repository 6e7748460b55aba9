/** One thing to tell the person who waits. A transient one may be overwritten by the next, or be left out. */
export interface Progress {
  readonly text: string;
  readonly transient: boolean;
}

export type OnProgress = (progress: Progress) => void;

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const quietMs = 15_000;

/** Prints progress: one line that is rewritten on a terminal; elsewhere (CI logs) a line every fifteen seconds. */
export function progressPrinter(output: Output = process.stderr, now: () => number = Date.now): OnProgress {
  let open = false;
  let last = -Infinity;
  return ({ text, transient }) => {
    if (output.isTTY) {
      // Cut to the width: a line that wraps could not be rewritten.
      const line = transient ? text.slice(0, Math.max(20, (output.columns ?? 80) - 1)) : text;
      output.write(`${open ? "\r\u001b[2K" : ""}${line}${transient ? "" : "\n"}`);
      open = transient;
      return;
    }
    if (transient && now() - last < quietMs) return;
    last = now();
    output.write(`${text}\n`);
  };
}

/** Calls `describe` every second until the returned function is called, so that a silent step still shows that it lives. */
export function heartbeat(
  onProgress: OnProgress | undefined,
  describe: (elapsedSeconds: number) => string,
): () => number {
  const start = performance.now();
  const elapsed = () => Math.round((performance.now() - start) / 1000);
  const timer = setInterval(() => onProgress?.({ text: describe(elapsed()), transient: true }), 1000);
  timer.unref();
  return () => {
    clearInterval(timer);
    return elapsed();
  };
}
