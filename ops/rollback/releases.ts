import { StepProblem } from "../../lib/problem.ts";
import { imageOf } from "../drift/image.ts";
import { image as imageSchema } from "../../config/schema/shared.ts";

/** A release of an app on Fly, or a revision of the Deployment of web. */
export interface Release {
  number: number;
  /** As `chatwoot:image` takes it. */
  image: string;
  /** When it was made, ISO 8601. */
  at: string;
  /** Whether it came to its end; on Kubernetes, whether every pod that it asks for now is ready. */
  complete: boolean;
}

export interface Rollback {
  from: Release;
  /** `number` is undefined for an image that was named and belongs to no release. */
  to: { number: number | undefined; image: string; at: string | undefined };
}

/**
 * What to go back to: the newest release that came to its end with another image than the newest one has, or what
 * `wanted` names, by number (`12`, `v12`) or as an image. Changed secrets and sizes make releases too, with the same image.
 */
export function chooseRollback(
  releases: readonly Release[],
  wanted: string | undefined,
  about: { what: string; stack: string },
): Rollback {
  const newestFirst = [...releases].sort((a, b) => b.number - a.number);
  const from = newestFirst[0];
  if (from === undefined)
    throw new StepProblem(about.what, "has no release", `Deploy first: \`pulumi up --stack ${about.stack}\``);
  const to = wanted === undefined ? previous(newestFirst, from, about) : named(newestFirst, wanted, about);
  if (!isSameImage(to.image, from.image)) return { from, to };
  // A rollback that failed is the newest release, and may be tried again.
  const served = newestFirst.find(({ complete }) => complete);
  if (!from.complete && served !== undefined && !isSameImage(to.image, served.image)) return { from: served, to };
  throw new StepProblem(
    `--to ${wanted ?? to.image}`,
    `is ${to.image}, which release ${from.number} has already`,
    `Name another release: ${listed(newestFirst)}`,
  );
}

function previous(newestFirst: readonly Release[], from: Release, { what, stack }: { what: string; stack: string }) {
  const found = newestFirst.find(({ complete, image }) => complete && !isSameImage(image, from.image));
  if (found !== undefined) return found;
  throw new StepProblem(
    what,
    `remembers no release with another image than ${from.image}`,
    `Name one: \`npm run ops -- rollback --stack ${stack} --to chatwoot/chatwoot:vX.Y.Z\``,
  );
}

function named(newestFirst: readonly Release[], wanted: string, { what }: { what: string }): Rollback["to"] {
  const number = /^v?(\d{1,9})$/.exec(wanted)?.[1];
  if (number === undefined) {
    const checked = imageSchema.safeParse(wanted);
    if (checked.success) return { number: undefined, image: wanted, at: undefined };
    const wrong = checked.error.issues[0]?.message ?? "is no image";
    throw new StepProblem(`--to ${wanted}`, wrong, "Or name a release by its number, for instance --to 12");
  }
  const found = newestFirst.find((each) => each.number === Number(number));
  if (found === undefined)
    throw new StepProblem(`--to ${wanted}`, `${what} remembers no such release`, `Use ${listed(newestFirst)}`);
  if (found.complete) return found;
  throw new StepProblem(
    `--to ${wanted}`,
    "that release did not come to its end",
    `Use ${listed(newestFirst.filter(({ complete }) => complete))}`,
  );
}

function listed(releases: readonly Release[]): string {
  return releases.map(({ number }) => number).join(", ") || "an image";
}

/** By the digest where both have one; a tag beside it is for people. */
export function isSameImage(one: string, other: string): boolean {
  const [a, b] = [imageOf(one), imageOf(other)];
  if (a.digest !== undefined && b.digest !== undefined) return a.digest === b.digest;
  return a.text.split("@")[0] === b.text.split("@")[0];
}

/** Fly notes images by its own mirror of Docker Hub, which nobody else can reach. */
export function configuredImage(reference: string): string {
  return reference.replace(/^(?:docker-hub-mirror\.fly\.io|(?:index|registry-1)\.docker\.io|docker\.io)\//, "");
}

/** What is known of the schemas of two images, by their versions alone. */
export function compareVersions(from: string, to: string): "same" | "older" | "newer" | "unknown" {
  const [a, b] = [versionOf(from), versionOf(to)];
  if (a === undefined || b === undefined) return "unknown";
  const at = a.findIndex((part, index) => part !== b[index]);
  if (at === -1) return "same";
  return (b[at] as number) < (a[at] as number) ? "older" : "newer";
}

function versionOf(image: string): number[] | undefined {
  const parts = /:v?(\d+)\.(\d+)\.(\d+)(?:-[\w.-]+)?(?:@|$)/.exec(image)?.slice(1);
  return parts?.map(Number);
}
