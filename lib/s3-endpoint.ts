/** Hosts of stores whose region is part of the host. The bucket is not, in any of them. */
const regional: readonly RegExp[] = [
  /^s3\.([a-z0-9-]+)\.backblazeb2\.com$/,
  /^s3[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com(?:\.cn)?$/,
  /^s3\.([a-z0-9-]+)\.wasabisys\.com$/,
  /^s3\.([a-z0-9-]+)\.scw\.cloud$/,
  /^s3\.([a-z0-9-]+)\.io\.cloud\.ovh\.net$/,
  /^([a-z0-9-]+)\.digitaloceanspaces\.com$/,
  /^([a-z0-9-]+)\.your-objectstorage\.com$/,
  /^([a-z0-9-]+)\.linodeobjects\.com$/,
  /^([a-z0-9-]+)\.vultrobjects\.com$/,
];

/** Hosts of stores with one region, or none. */
const single: Readonly<Record<string, string>> = {
  "s3.amazonaws.com": "us-east-1",
  "s3.wasabisys.com": "us-east-1",
  "storage.googleapis.com": "auto",
  "fly.storage.tigris.dev": "auto",
  "t3.storage.dev": "auto",
};

const otherStores = /^([a-z0-9]+(\.(eu|fedramp))?\.r2\.cloudflarestorage\.com|[a-z0-9]+\.(storage\.)?supabase\.co)$/;

/** The region of an endpoint whose host tells it; undefined for other stores, most of which have none. */
export function regionIn(endpoint: string): string | undefined {
  return regionOfHost(hostOf(endpoint));
}

function regionOfHost(host: string): string | undefined {
  for (const form of regional) {
    const region = form.exec(host)?.[1];
    if (region !== undefined) return region;
  }
  return single[host];
}

/** Region of a bucket: the configured one, otherwise that of the endpoint. */
export function regionOf({ region, endpoint }: { region?: string | undefined; endpoint: string }): string {
  return region ?? regionIn(endpoint) ?? "auto";
}

/** Whether an endpoint's host begins with a bucket, as in copied addresses of a bucket. */
export function hasBucketInHost(endpoint: string, bucket: string): boolean {
  const host = hostOf(endpoint);
  if (isStore(host)) return false;
  const parents = host.split(".").map((_, index, labels) => labels.slice(index + 1).join("."));
  if (parents.some(isStore)) return true;
  return host.startsWith(`${bucket}.`) && host.slice(bucket.length + 1).split(".").length > 2;
}

function isStore(host: string): boolean {
  return regionOfHost(host) !== undefined || otherStores.test(host);
}

function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).hostname : "";
}
