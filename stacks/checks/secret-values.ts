import { addressNames, mapNames, type SecretName } from "../../config/secrets.ts";
import type { Problem } from "../../config/problems.ts";
import { unusableCharacter } from "./characters.ts";

const readElsewhere: readonly string[] = [...addressNames, ...mapNames];

/** Checks keys, tokens and passwords for what a copy from a file or a page adds. No message contains a value. */
export function checkSecretValues(secrets: Partial<Record<SecretName, string>>): Problem[] {
  return Object.entries(secrets)
    .filter(([name]) => !readElsewhere.includes(name))
    .flatMap(([key, value]) => problemsOf(key, value));
}

/** The same for the values of a JSON object of secrets. A value of several lines, such as a PEM key, may end with a line break. */
export function checkSecretMap(key: string, values: Readonly<Record<string, string>>): Problem[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const isText = key === "environmentSecrets" || key === "installationSecrets";
    return problemsOf(`${key}.${name}`, value, isText && /\n[^]*\S/.test(value.trimStart()));
  });
}

function problemsOf(key: string, value: string, hasLines = false): Problem[] {
  const message = hasLines ? linesProblem(value) : (edgeProblem(value) ?? placeholderProblem(value));
  return message === undefined ? [] : [{ key, message }];
}

function linesProblem(value: string): string | undefined {
  const found = unusableCharacter(value, /[\n\t]/g);
  return found === undefined
    ? undefined
    : `has ${found} in it. Set the value again with line breaks of Unix (\\n) alone`;
}

/** Why no service accepts a secret of one line as it is. */
export function edgeProblem(value: string): string | undefined {
  const again = "Set the value again without it";
  if (/^[\s\u200b\u2060\ufeff]/.test(value))
    return `begins with a blank, which a service would read as part of it. ${again}`;
  if (/[\s\u200b\u2060\ufeff]$/.test(value))
    return `ends with a blank or a line break, which a service would read as part of it. ${again}`;
  const found = unusableCharacter(value);
  return found === undefined ? undefined : `has ${found} in it. ${again}`;
}

function placeholderProblem(value: string): string | undefined {
  return /^(<[^<>]*>|\$\{[^{}]*\}|\[YOUR[^\]]*\]|YOUR[-_ ][A-Z _-]+)$/i.test(value)
    ? "is a placeholder. Replace it, with its brackets, by the value"
    : undefined;
}
