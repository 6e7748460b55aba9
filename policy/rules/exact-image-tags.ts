import { containersOf, isDatabase, specOf } from "../kubernetes.ts";
import { machineConfigOf } from "../fly.ts";
import { stackOf, textOf, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

interface Settings {
  exactStacks: string[];
  twoPartRepositories: string[];
}

export const exactImageTags: Rule<Settings> = {
  name: "exact-image-tags",
  wants: "Every image has a tag, no tag is `latest`, and in production no tag moves.",
  reason:
    "A pod that is started again pulls what the tag means by then: another version than the one that was tested, and no preview shows the change.",
  fix: "Write the full version, as in `redis:8.6.4-alpine`, or a digest. The program's own images stand in config/versions.ts.",
  level: "mandatory",
  settings: {
    exactStacks: {
      type: "array",
      items: { type: "string" },
      default: ["prod"],
      description: "Stacks in which a tag that moves, as `redis:8`, is refused",
    },
    twoPartRepositories: {
      type: "array",
      items: { type: "string" },
      default: ["postgresql", "postgres"],
      description: "Last parts of repositories whose versions have two numbers",
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

/** What is wrong with an image's reference, "what is wrong. What to do"; undefined for none. */
function imageProblem(image: string, exact: boolean, twoPart: readonly string[]): string | undefined {
  if (image === "") return "is missing, so that somebody else chooses the version. Name it with its full version";
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return undefined;
  const [, repository = "", tag] = /([^/:@]+)(?::([^/:@]+))?(?:@.*)?$/.exec(image) ?? [];
  if (tag === undefined) return "has no tag, which means latest. Write the full version";
  if (tag === "latest") return "is another one every few days. Write the full version";
  if (!exact) return undefined;
  const numbers = /^v?(\d+(?:\.\d+)*)/.exec(tag)?.[1]?.split(".").length ?? 0;
  const wanted = twoPart.includes(repository) ? 2 : 3;
  return numbers >= wanted ? undefined : "has a tag that moves. Write the full version, or a digest";
}
