import { createHash } from "node:crypto";

export interface ImageRef {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** Parses an image reference as Docker does; undefined if it is malformed. */
export function parseImage(text: string): ImageRef | undefined {
  const [named = "", digest] = text.split("@", 2);
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)) return undefined;
  const first = named.split("/")[0] ?? "";
  const hasRegistry = named.includes("/") && (/[.:]/.test(first) || first === "localhost");
  const path = hasRegistry ? named.slice(first.length + 1) : named;
  const parts = /^([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w][\w.-]{0,127}))?$/.exec(path);
  if (parts === null) return undefined;
  const repository = parts[1] ?? "";
  return {
    registry: hasRegistry ? first : "docker-hub-mirror.fly.io",
    repository: hasRegistry || repository.includes("/") ? repository : `library/${repository}`,
    tag: parts[2] ?? (digest === undefined ? "latest" : ""),
    digest: digest ?? `sha256:${createHash("sha256").update(text).digest("hex")}`,
  };
}

/** Fly stores a normalized reference, which may differ from the given one. */
export const storedRef = (image: ImageRef): string =>
  `${image.registry}/${image.repository}${image.tag === "" ? "" : `:${image.tag}`}@${image.digest}`;
