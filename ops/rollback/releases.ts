import { StepProblem } from "../../lib/problem.ts";
import { compare } from "semver";
import { versionOf } from "../../components/chatwoot/upgrade.ts";
import { isSameImage } from "../../lib/image-reference.ts";
import { image as imageSchema } from "../../config/schema/shared.ts";

/** A release of an app on Fly, or a revision of web's Deployment. */
export interface Release {
  number: number;
  /** Value for `chatwoot:image`. */
  image: string;
  /** ISO 8601. */
  at: string;
  /** Whether it completed; on Kubernetes, whether all its current pods are ready. */
  complete: boolean;
}

export interface Rollback {
  from: Release;
  /** `number` is undefined for an image outside the releases. */
  to: { number: number | undefined; image: string; at: string | undefined };
}

/**
 * Returns the newest complete release with another image, or `wanted`, a number (`12`, `v12`) or an image. Changes of
 * secrets and sizes create releases with the same image.
 */
export function chooseRollback(
  releases: readonly Release[],
  wanted: string | undefined,
  about: { what: string; stack: string },
): Rollback {
  const newestFirst = [...releases].sort((a, b) => b.number - a.number);
  const from = newestFirst[0];
  if (from === undefined)
    throw new StepProblem(about.what, "has no release", `Run \`pulumi up --stack ${about.stack}\``);
  const to = wanted === undefined ? previous(newestFirst, from, about) : named(newestFirst, wanted, about);
  if (!isSameImage(to.image, from.image)) return { from, to };
  // A failed rollback is the newest release and can be repeated.
  const served = newestFirst.find(({ complete }) => complete);
  if (!from.complete && served !== undefined && !isSameImage(to.image, served.image)) return { from: served, to };
  throw new StepProblem(
    `--to ${wanted ?? to.image}`,
    `is ${to.image}, which release ${from.number} already runs`,
    `Use another release: ${listed(newestFirst)}`,
  );
}

function previous(newestFirst: readonly Release[], from: Release, { what, stack }: { what: string; stack: string }) {
  const found = newestFirst.find(({ complete, image }) => complete && !isSameImage(image, from.image));
  if (found !== undefined) return found;
  throw new StepProblem(
    what,
    `has no release with another image than ${from.image}`,
    `Choose an image: \`npm run ops -- rollback --stack ${stack} --to chatwoot/chatwoot:vX.Y.Z\``,
  );
}

function named(newestFirst: readonly Release[], wanted: string, { what }: { what: string }): Rollback["to"] {
  const number = /^v?(\d{1,9})$/.exec(wanted)?.[1];
  if (number === undefined) {
    const checked = imageSchema.safeParse(wanted);
    if (checked.success) return { number: undefined, image: wanted, at: undefined };
    const wrong = checked.error.issues[0]?.message ?? "is not a valid image";
    throw new StepProblem(`--to ${wanted}`, wrong, "Use an image, or the number of a release: --to 12");
  }
  const found = newestFirst.find((each) => each.number === Number(number));
  if (found === undefined)
    throw new StepProblem(`--to ${wanted}`, `${what} does not have this release`, `Use ${listed(newestFirst)}`);
  if (found.complete) return found;
  throw new StepProblem(
    `--to ${wanted}`,
    "the release did not complete",
    `Use ${listed(newestFirst.filter(({ complete }) => complete))}`,
  );
}

function listed(releases: readonly Release[]): string {
  return releases.map(({ number }) => number).join(", ") || "an image";
}

/** Fly records its internal mirror of Docker Hub, which is not reachable from outside. */
export function configuredImage(reference: string): string {
  return reference.replace(/^(?:docker-hub-mirror\.fly\.io|(?:index|registry-1)\.docker\.io|docker\.io)\//, "");
}

/** Compares the versions in two image tags. */
export function compareVersions(from: string, to: string): "same" | "older" | "newer" | "unknown" {
  const [a, b] = [versionOf(from), versionOf(to)];
  if (a === undefined || b === undefined) return "unknown";
  return ({ "0": "same", "1": "newer", "-1": "older" } as const)[compare(b, a)];
}
