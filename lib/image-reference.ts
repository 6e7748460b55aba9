/** A reference to a container image: `repository:tag@digest`, tag or digest left out. */
export interface ImageReference {
  /** With the registry, as written. */
  repository: string;
  tag: string | undefined;
  /** `sha256:` and 64 hexadecimal digits. */
  digest: string | undefined;
}

/** Parses a reference. A colon before the last slash belongs to the registry's port. */
export function parseImage(reference: string): ImageReference {
  const [, repository = "", tag, digest] = /^(.*?)(?::([^/:@]*))?(?:@(.*))?$/s.exec(reference) ?? [];
  return { repository, tag, digest };
}

/** The numbers at the start of the tag, as 17.11 of `:17.11-standard`; undefined if the tag has none. */
export function tagVersion(reference: string): string | undefined {
  return /^v?(\d+(?:\.\d+)*)(?=[-_+]|$)/.exec(parseImage(reference).tag ?? "")?.[1];
}

/** The major version in the tag; undefined if the tag has none. */
export function tagMajor(reference: string): number | undefined {
  const major = tagVersion(reference)?.split(".")[0];
  return major === undefined ? undefined : Number(major);
}

/** Whether both are one image: by digest if both have one, regardless of registry and tag; otherwise by {@link imageName}. */
export function isSameImage(one: string, other: string): boolean {
  const [a, b] = [parseImage(one), parseImage(other)];
  if (a.digest !== undefined && b.digest !== undefined) return a.digest === b.digest;
  return imageName(one) === imageName(other);
}

/** Owner, name and tag. A mirror's registry is left out, and Docker Hub's `library`, which Docker adds to `redis`. */
export function imageName(reference: string): string {
  const { repository, tag } = parseImage(reference);
  const name = repository
    .split("/")
    .slice(-2)
    .join("/")
    .replace(/^library\//, "");
  return tag === undefined ? name : `${name}:${tag}`;
}

/** For a table: {@link imageName}, and the first digits of the digest. */
export function shortImage(reference: string): string {
  const { digest } = parseImage(reference);
  return digest === undefined
    ? imageName(reference)
    : `${imageName(reference)}@${digest.slice(0, "sha256:".length + 12)}`;
}
