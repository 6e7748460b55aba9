import { addressNames, mapNames, type SecretName } from "../../config/secrets.ts";
import type { Problem } from "../../config/problems.ts";
import { edgeProblem, unusableCharacter } from "../../lib/secret-text.ts";

const readElsewhere: readonly string[] = [...addressNames, "redisUrl", ...mapNames];

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

function placeholderProblem(value: string): string | undefined {
  if (/^(<[^<>]*>|\$\{[^{}]*\}|\[YOUR[^\]]*\]|YOUR[-_ ][A-Z _-]+)$/i.test(value))
    return "is a placeholder. Replace it, with its brackets, by the value";
  if (
    /^(\$[A-Z_][A-Z0-9_]*|\[(secret|secure|hidden|redacted)\]|change[-_ ]?me|todo|undefined|null|[*x•]{3,})$/i.test(
      value,
    )
  )
    return "is a placeholder. Set the real value";
  return /^(["']).*\1$/.test(value)
    ? "is in quotation marks, which a service would read as part of it. Set the value again without them"
    : undefined;
}
