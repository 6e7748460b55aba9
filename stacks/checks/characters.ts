import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** Texts of several lines; any other line break is a mistake that a service would reject or cut off. */
const severalLines = [
  /^environment\.[^.]+$/,
  /^installation\.[^.]+$/,
  /^kubernetes\.ingress\.annotations\./,
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

/** Names the first control character or half of a surrogate pair, apart from the allowed ones. */
export function unusableCharacter(text: string, allowed?: RegExp): string | undefined {
  const checked = allowed === undefined ? text : text.replaceAll(allowed, "");
  // eslint-disable-next-line no-control-regex -- these are the characters to find
  const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.exec(checked)?.[0];
  if (control !== undefined) return names[control] ?? `the control character ${codePoint(control)}`;
  return checked.isWellFormed() ? undefined : "half of a character (an unpaired surrogate)";
}

const names: Readonly<Record<string, string>> = {
  "\0": "a zero byte",
  "\t": "a tab",
  "\n": "a line break",
  "\r": "a carriage return",
};

function codePoint(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}
