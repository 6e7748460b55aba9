import { secretValues, writtenForms } from "./secret-values.ts";

/** Replacing a shorter secret would replace ordinary words too. */
const shortest = 6;

/** The forms of each secret, because the lines of one output are redacted one by one. */
const knownForms = new Map<string, readonly string[]>();

function formsOf(secret: string): readonly string[] {
  const known = knownForms.get(secret);
  if (known !== undefined) return known;
  const forms = secretValues(secret)
    .filter((value) => value.length >= shortest)
    .flatMap(writtenForms)
    .filter((form) => form.length >= shortest);
  knownForms.set(secret, forms);
  return forms;
}

/** Replaces every secret in a text, with its parts (`secretValues`) and in every form (`writtenForms`). */
export function redact(text: string, secrets: readonly string[]): string {
  // Longest first: one secret can contain another.
  return [...new Set(secrets.flatMap(formsOf))]
    .sort((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
}

/** Names of secrets, as `name=value`, `name: value`, or in JSON, also in a JSON text. */
const named =
  /((?:password|passwd|passphrase|pwd|secret|token|credentials?|(?:api|private|signing|hmac|master|license)[_-]?key|access[_-]?key(?:[_-]?id)?|secret[_-]?key[_-]?base|encryption[_-]?(?:primary[_-]?|deterministic[_-]?)?key(?:[_-]?derivation[_-]?salt)?|authorization)(?:_(?:base64|b64|old|new))?\\*["']?\s*(?:=>|[=:])\s*\\*["']?)((?:Bearer |Basic |FlyV1 )?[^\s"',;&}]+)/gi;
/** As an argument. */
const flag = /(--[a-z-]*(?:password|token)[ =])([^\s"']+)/gi;
/** A token in the place of a user, as in an address of Sentry. */
const tokenInAddress = /(?<=https?:\/\/)[^\s/:@"']{8,}(?=@)/gi;
/** Tokens with a known prefix. */
const tokens =
  /\b(?:fm[12][a-z]?_[\w+/=,-]{10,}|AKIA[0-9A-Z]{12,}|tid_[\w-]{8,}|tsec_[\w-]{8,}|(?<=Bearer )[\w.+/=-]{8,})/g;
/** Already filtered by Rails or here. */
const hidden = /^\[(?:FILTERED|secret)\]/;

/** Replaces what looks like a secret: values with the name of one, and tokens with a known prefix. */
export function redactLookalikes(text: string): string {
  return text
    .replace(named, (whole, name: string, value: string) => (hidden.test(value) ? whole : `${name}[secret]`))
    .replace(flag, "$1[secret]")
    .replace(tokenInAddress, "[secret]")
    .replace(tokens, "[secret]");
}

/**
 * Starts at `://` and looks back for the scheme. A pattern that starts at the scheme takes a second for the output of one
 * deployment, because every letter of a long word is a possible start.
 */
const addressWithPassword = /:\/\/(?<=[a-z][a-z0-9+.-]*:\/\/)[^\s:/@]*:([^\s@]+)@/gi;

/** The passwords in the addresses of a text. Output of Redis or a database can contain secrets that the caller does not have. */
export function passwordsIn(text: string): string[] {
  return [...text.matchAll(addressWithPassword)].map((match) => match[1] as string);
}
