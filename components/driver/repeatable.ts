/** Idempotent commands. */
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

/** Temporary failures of the network and of Fly's servers. */
const transient =
  /\b(408|429|500|502|503|504)\b|too many requests|rate limit|connection (reset|refused)|i\/o timeout|handshake timeout|unexpected EOF|deadline exceeded|temporarily unavailable/i;

/** Another process is changing the machines; flyctl has already waited a minute. */
const leaseHeld = /lease (is )?currently held/i;

/**
 * Whether a command that failed with this output can be retried immediately. A deployment can if a lease stopped it:
 * nothing was changed, and the preparation step is idempotent.
 */
export function mayRunAgain(args: readonly string[], output: string): boolean {
  if (leaseHeld.test(output)) return args[0] === "deploy" || isRepeatable(args);
  return isRepeatable(args) && transient.test(output);
}

function isRepeatable(args: readonly string[]): boolean {
  return repeatable.includes(args[0] as string) || repeatable.includes(args.slice(0, 2).join(" "));
}
