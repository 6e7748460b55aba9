/** A signal for work that ends when its time is over, or when this process is told to end, and then tidies up. */
export function stopping(limitMinutes: number): AbortSignal {
  const told = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(name, () => told.abort(new Error(`told to by ${name}`)));
  const late = new AbortController();
  setTimeout(
    () => late.abort(new Error(`it took longer than ${limitMinutes} minutes (--timeout-minutes)`)),
    limitMinutes * 60_000,
  ).unref();
  return AbortSignal.any([told.signal, late.signal]);
}
