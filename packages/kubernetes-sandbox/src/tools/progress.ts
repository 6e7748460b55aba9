/** A progress message. A transient one may be overwritten by the next, or be omitted. */
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

/** Prints progress: one rewritten line in a terminal; elsewhere (CI logs) one line every 15 s. */
export function progressPrinter(output: Output = process.stderr, now: () => number = Date.now): OnProgress {
  let open = false;
  let last = -Infinity;
  return ({ text, transient }) => {
    if (output.isTTY) {
      // A line that wraps cannot be rewritten, so it is cut to the terminal's width.
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

/** Reports `describe` every second until the returned function is called, to show the progress of a silent step. */
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
