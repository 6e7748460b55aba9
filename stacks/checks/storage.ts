import { isFlyPrivate, isLoopback, isPrivateHost } from "../../lib/hosts.ts";
import { hasBucketInHost, regionIn } from "../../lib/s3-endpoint.ts";
import { readWebUrl } from "../../lib/web-url.ts";
import { deployed } from "../../config/schema/kubernetes/external.ts";
import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

interface Bucket {
  bucket: string;
  endpoint: string;
  region?: string | undefined;
}

/** Checks the buckets of attachments and backups. */
export function checkStorage({ storage, fly, kubernetes }: PartialSettings): Problem[] {
  const archive = kubernetes && deployed(kubernetes.postgres)?.backup;
  return [
    ...(storage?.kind === "s3" ? checkBucket("storage", storage, publicProblem) : []),
    ...(fly?.backup === undefined ? [] : checkBucket("fly.backup", fly.backup, flyProblem)),
    ...(archive === undefined ? [] : checkArchive(archive)),
  ];
}

type CheckUrl = (url: URL) => string | undefined;

function checkBucket(key: string, { bucket, endpoint, region }: Bucket, checkUrl?: CheckUrl): Problem[] {
  const problems = {
    bucket: nameProblem(bucket),
    endpoint: endpointProblem(endpoint, bucket, checkUrl),
    region: regionProblem(endpoint, region),
  };
  return Object.entries(problems).flatMap(([name, message]) =>
    message === undefined ? [] : [{ key: `${key}.${name}`, message }],
  );
}

function checkArchive({
  destination,
  endpoint,
  region,
}: {
  destination: string;
  endpoint: string;
  region?: string | undefined;
}): Problem[] {
  const bucket = destination.split("/")[2] ?? "";
  return checkBucket("kubernetes.postgres.backup", { bucket, endpoint, region }).map(({ key, message }) => ({
    key: key.replace(/\.bucket$/, ".destination"),
    message,
  }));
}

/** The rules of Amazon S3, which other stores follow. */
function nameProblem(bucket: string): string | undefined {
  if (/^s3:|\//.test(bucket)) return "is more than the name of a bucket. Write the name alone";
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) && !bucket.includes("..") && !/^\d+(\.\d+){3}$/.test(bucket))
    return undefined;
  return "has a bucket name that S3 does not allow. Use 3 to 63 lower-case letters, digits and hyphens";
}

/** The path of Supabase's store. */
const storePaths = ["", "/", "/storage/v1/s3"];

function endpointProblem(endpoint: string, bucket: string, checkUrl: CheckUrl | undefined): string | undefined {
  const read = readWebUrl(endpoint);
  if ("problem" in read) return read.problem;
  const { url } = read;
  if (!storePaths.includes(url.pathname) || url.search !== "" || url.hash !== "")
    return "has more than the address of the store. Write it without the bucket, a path or a query";
  if (hasBucketInHost(endpoint, bucket))
    return "has the bucket in its host. Write the address of the store alone; forcePathStyle chooses how the bucket is addressed";
  return checkUrl?.(url);
}

/** Browsers and channels fetch attachments from the store itself. */
function publicProblem({ protocol, hostname }: URL): string | undefined {
  if (isPrivateHost(hostname))
    return "is not reachable from the Internet, but browsers and channels fetch attachments from the store. Use its public address";
  return protocol === "https:"
    ? undefined
    : "has no TLS, so browsers block attachments on the pages of Chatwoot. Use its https address";
}

function flyProblem({ protocol, hostname }: URL): string | undefined {
  if (protocol === "https:" || isLoopback(hostname) || isFlyPrivate(hostname)) return undefined;
  return "has no TLS, so dumps of the database would cross the network in the clear. Use its https address";
}

function regionProblem(endpoint: string, region: string | undefined): string | undefined {
  const known = regionIn(endpoint);
  if (known !== undefined && region !== undefined && region !== known)
    return `is ${region}, but the endpoint is in ${known}. Remove it, or set ${known}`;
  if (/\.supabase\.co(\/|$)/.test(endpoint) && (region === undefined || region === "auto"))
    return "is missing, but Supabase signs with the region of the project. Set it, for instance us-east-1";
  return undefined;
}
