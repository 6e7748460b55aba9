import { StepProblem } from "../../lib/problem.ts";

/** The methods of `Flyctl` that the preflight uses. */
interface Caller {
  run(args: readonly string[]): Promise<string>;
  attempt(args: readonly string[]): Promise<{ ok: boolean; stderr: string; failure: string }>;
  redact(text: string): string;
}

/** The oldest flyctl whose `secrets import` keeps every value as it is. */
const oldestVersion = [0, 4, 14] as const;

const newToken = "Run `export FLY_API_TOKEN=$(fly tokens create org ORGANIZATION)`, and then `pulumi up` again";

/** Throws if flyctl is too old, or the token is missing or rejected by Fly, before any change. */
export async function preflight(fly: Caller): Promise<void> {
  // flyctl treats an empty variable as set, and ignores the other one.
  if (!process.env["FLY_ACCESS_TOKEN"] && !process.env["FLY_API_TOKEN"]) throw await missingToken(fly);
  const [checked, known] = await Promise.allSettled([checkVersion(fly), checkToken(fly)]);
  for (const result of [checked, known]) if (result.status === "rejected") throw result.reason;
}

/** Reports a missing flyctl first, because it is needed to create a token. */
async function missingToken(fly: Caller): Promise<StepProblem> {
  await checkVersion(fly);
  return new StepProblem("FLY_API_TOKEN", "is not set", newToken);
}

async function checkVersion(fly: Caller): Promise<void> {
  const version = JSON.parse(await fly.run(["version", "--json"])) as { Version?: string };
  const parts = (version.Version ?? "").replace(/^v/, "").split(/[.-]/).map(Number);
  if (compare(parts, oldestVersion) >= 0) return;
  throw new StepProblem(
    "flyctl",
    `version ${version.Version ?? "unknown"} is too old`,
    `Run \`flyctl version upgrade\` to get ${oldestVersion.join(".")} or newer`,
  );
}

/** Answers of Fly, and of flyctl itself, about the token. Any other failure says nothing about it. */
const rejected =
  /no access token|authenticat|(not |un)authori[sz]ed|forbidden|\b40[13]\b|token.*(invalid|expired|revoked|malformed)|(invalid|expired|revoked|malformed).*token/i;

async function checkToken(fly: Caller): Promise<void> {
  const { ok, stderr, failure } = await fly.attempt(["auth", "whoami", "--json"]);
  if (ok) return;
  const reason = fly.redact(stderr).trim().split("\n")[0] || failure;
  if (rejected.test(stderr)) throw new StepProblem("FLY_API_TOKEN", `Fly rejected the token (${reason})`, newToken);
  throw new StepProblem(
    "flyctl auth whoami",
    `Fly did not answer (${reason})`,
    "Check the network and https://status.flyio.net, and run `pulumi up` again",
  );
}

function compare(version: readonly number[], other: readonly number[]): number {
  for (const [i, part] of other.entries()) {
    const difference = (version[i] ?? 0) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}
