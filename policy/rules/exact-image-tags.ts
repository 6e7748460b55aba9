import { imagesOf } from "../images.ts";
import { stackOf } from "../resource.ts";
import type { Rule } from "../rule.ts";

interface Settings {
  exactStacks: string[];
  twoPartRepositories: string[];
}

export const exactImageTags: Rule<Settings> = {
  name: "exact-image-tags",
  requirement: "Every image of every kind of object has a version as its tag, and in production an immutable one.",
  reason: "A restarted pod pulls the tag's current image: an untested version, which no preview shows.",
  fix: "Use the full version, as in `redis:8.6.4-alpine`, or a digest. The default images are in config/versions.ts.",
  level: "mandatory",
  settings: {
    exactStacks: {
      type: "array",
      items: { type: "string" },
      default: ["prod"],
      description: "Stacks that reject mutable tags, such as `redis:8`",
    },
    twoPartRepositories: {
      type: "array",
      items: { type: "string" },
      default: ["postgresql", "postgres"],
      description: "Repositories (last path segment) whose versions have two numbers",
    },
  },
  ofResource(resource, { settings }) {
    const exact = settings.exactStacks.includes(stackOf(resource));
    return imagesOf(resource).flatMap(({ where, image }) => {
      const problem = imageProblem(image, exact, settings.twoPartRepositories);
      return problem === undefined ? [] : [`${where}: ${image === "" ? "the image" : `image ${image}`} ${problem}.`];
    });
  },
};

/** The problem of an image reference, as `<problem>. <fix>`. */
function imageProblem(image: string, exact: boolean, twoPart: readonly string[]): string | undefined {
  if (image === "") return "is missing, so something else chooses the version. Set it with its full version";
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return undefined;
  const [, repository = "", tag, digest] = /([^/:@]+)(?::([^/:@]+))?(@.*)?$/.exec(image) ?? [];
  if (digest !== undefined) return "has an invalid digest. Use sha256: and 64 digits";
  if (tag === undefined) return "has no tag, which means latest. Use the full version";
  const version = /^v?(\d+(?:\.\d+)*)(?:-[\w.-]+)?$/.exec(tag)?.[1];
  if (version === undefined) return "has a tag that is no version. Use the full version";
  if (!exact) return undefined;
  const wanted = twoPart.includes(repository) ? 2 : 3;
  return version.split(".").length >= wanted ? undefined : "has a mutable tag. Use the full version or a digest";
}
