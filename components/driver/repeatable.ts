/** Commands that only read, or that bring something to a state: running one twice is the same as running it once. */
const repeatable = [
  "version",
  "auth whoami",
  "status",
  "apps list",
  "redis status",
  "redis list",
  "secrets list",
  "secrets import",
  "secrets unset",
  "secrets sync",
  "config validate",
  "config show",
  "scale count",
  "scale show",
  "machine list",
  "machine start",
  "machine stop",
  "machine cordon",
  "machine uncordon",
  "releases",
  "checks list",
  "ips list",
  "certs check",
  "certs list",
  "storage list",
  "storage status",
  "volumes list",
  "logs",
];

/** Failures of the network and of Fly's servers, which are over when one asks a little later. */
const transient =
  /\b(408|429|500|502|503|504)\b|too many requests|rate limit|connection (reset|refused)|i\/o timeout|handshake timeout|unexpected EOF|deadline exceeded|temporarily unavailable/i;

/** Somebody else changes the machines at this moment; flyctl has waited a minute for them. */
const leaseHeld = /lease (is )?currently held/i;

/**
 * Whether a command that failed with this text may be run again at once. A deployment is, when it was stopped by a lease:
 * nothing was changed then, and the preparation step can be repeated.
 */
export function mayRunAgain(args: readonly string[], said: string): boolean {
  if (leaseHeld.test(said)) return args[0] === "deploy" || isRepeatable(args);
  return isRepeatable(args) && transient.test(said);
}

function isRepeatable(args: readonly string[]): boolean {
  return repeatable.includes(args[0] as string) || repeatable.includes(args.slice(0, 2).join(" "));
}
