import { imagesOf } from "../images.ts";
import type { Rule } from "../rule.ts";

export const imageDigests: Rule = {
  name: "image-digests",
  requirement: "Every image has a digest.",
  reason: "A registry, or whoever takes over an account there, can replace the image behind a tag.",
  fix: "Add the digest in the stack file's `image`, `kubernetes.images` or `fly.images`. Disabled in policy/exceptions.json until the default images have digests.",
  level: "mandatory",
  settings: {},
  ofResource: (resource) =>
    imagesOf(resource)
      .filter(({ image }) => !/@sha256:[0-9a-f]{64}$/.test(image))
      .map(({ where, image }) => `${where}: image ${image} has no digest. Add @sha256:…`),
};
