import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";
import { unusableCharacter } from "../../lib/secret-text.ts";

/** Texts of several lines; any other line break is a mistake that a service would reject or cut off. */
const severalLines = [
  /^environment\.[^.]+$/,
  /^installation\.[^.]+$/,
  /^kubernetes\.ingress\.annotations\./,
  /^kubernetes\.(postgres|redis)\.authority\.pem$/,
  /^inboxes\.\d+\.(greeting|welcomeTagline)$/,
  /^agentBots\.\d+\.description$/,
];

/** Rejects characters in any setting, and in any name of a setting, that no service accepts. */
export function checkCharacters(settings: PartialSettings): Problem[] {
  return Object.entries(settings).flatMap(([key, value]) => problemsIn(key, value));
}

function problemsIn(key: string, value: unknown): Problem[] {
  if (typeof value === "string") {
    const found = unusableCharacter(value, severalLines.some((form) => form.test(key)) ? /[\n\t]/g : undefined);
    return found === undefined ? [] : [{ key, message: `has ${found} in it. Remove it` }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]): Problem[] => {
    const found = unusableCharacter(name);
    if (found !== undefined) return [{ key, message: `has a name with ${found} in it. Remove it` }];
    return problemsIn(`${key}.${name}`, item);
  });
}
