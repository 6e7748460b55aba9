/** Aborts on the time limit and on SIGINT, SIGTERM and SIGHUP, so that the command can clean up. */
export function stopping(limitMinutes: number): AbortSignal {
  const interrupted = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(name, () => interrupted.abort(new Error(`received ${name}`)));
  const late = new AbortController();
  setTimeout(
    () => late.abort(new Error(`exceeded ${limitMinutes} minutes (--timeout-minutes)`)),
    limitMinutes * 60_000,
  ).unref();
  return AbortSignal.any([interrupted.signal, late.signal]);
}
