import { containersOf, isDatabase, specOf } from "../kubernetes.ts";
import { isDigest, parseImage, tagVersion } from "../../lib/image-reference.ts";
import { machineConfigOf } from "../fly.ts";
import { stackOf, textOf, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

interface Settings {
  exactStacks: string[];
  twoPartRepositories: string[];
}

export const exactImageTags: Rule<Settings> = {
  name: "exact-image-tags",
  requirement: "Every image has a tag other than `latest`, and in production an immutable one.",
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
      return problem === undefined ? [] : [`${where}: image ${image} ${problem}.`];
    });
  },
};

function imagesOf(resource: Resource): { where: string; image: string }[] {
  const named = containersOf(resource).map(({ name, image }) => ({ where: `container ${name}`, image: textOf(image) }));
  if (isDatabase(resource)) named.push({ where: "spec.imageName", image: textOf(specOf(resource)["imageName"]) ?? "" });
  const config = machineConfigOf(resource);
  if (config) named.push({ where: "fly.toml", image: textOf(config["build"]?.["image"]) ?? "" });
  return named.filter((item): item is { where: string; image: string } => item.image !== undefined);
}

/** The problem of an image reference, as `<problem>. <fix>`. */
function imageProblem(image: string, exact: boolean, twoPart: readonly string[]): string | undefined {
  if (image === "") return "is missing, so the operator chooses the version. Set it with its full version";
  const { repository, tag, digest } = parseImage(image);
  if (digest !== undefined && isDigest(digest)) return undefined;
  if (tag === undefined) return "has no tag, which means latest. Use the full version";
  if (tag === "latest") return "changes every few days. Use the full version";
  if (!exact) return undefined;
  const numbers = tagVersion(image)?.split(".").length ?? 0;
  const wanted = twoPart.includes(repository.split("/").at(-1) ?? "") ? 2 : 3;
  return numbers >= wanted ? undefined : "has a mutable tag. Use the full version or a digest";
}
