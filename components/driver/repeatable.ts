/** Commands that have the same result twice as once. Whether a failed command is retried depends on it alone. */
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
  "machine leases",
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

/**
 * Answers of flyctl and Fly that a retry does not change. Everything else may be a fault of the network or of a server: the
 * errors of the Machines API have no status code, only the text of the body.
 */
const final = new RegExp(
  [
    "could not find|not found|no project found|no machines available",
    "already been taken|already exists|no longer available|only contain",
    "not authori[sz]ed|unauthori[sz]ed|forbidden|no access token|must be authenticated",
    "unknown (command|flag|shorthand)|non.?interactive|must be specified|requires at least|must be provided|parse secrets",
    "not valid|validation failed|failed loading app config|unknown process groups",
  ].join("|"),
  "i",
);

/** Whether a retry may have another result than this output of a failed command. */
export function mayChange(output: string): boolean {
  return !final.test(output);
}

/** Whether a command that failed with this output can be retried immediately. */
export function mayRunAgain(args: readonly string[], output: string): boolean {
  return isRepeatable(args) && mayChange(output);
}

function isRepeatable(args: readonly string[]): boolean {
  return repeatable.includes(args[0] as string) || repeatable.includes(args.slice(0, 2).join(" "));
}
