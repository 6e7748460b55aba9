import { passwordsIn, redact } from "../../lib/redact.ts";

/** Names of secrets, as `name=value`, `name: value` or in JSON. */
const named =
  /((?:password|passwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key|secret[_-]?key[_-]?base|encryption[_-]?key|authorization)["']?\s*(?:=>|[=:])\s*["']?)((?:Bearer |Basic |FlyV1 )?[^\s"',;&}]+)/gi;
/** Tokens with a known prefix. */
const tokens =
  /\b(?:fm[12][a-z]?_[\w+/=,-]{10,}|AKIA[0-9A-Z]{12,}|tid_[\w-]{8,}|tsec_[\w-]{8,}|(?<=Bearer )[\w.+/=-]{8,})/g;
/** Already filtered by Rails. */
const hidden = /^\[(?:FILTERED|secret)\]/;

/** Removes the Fly token and the passwords of URLs. */
export function hideSecrets(text: string): string {
  const own = [process.env["FLY_API_TOKEN"], process.env["FLY_ACCESS_TOKEN"]].filter((token) => token !== undefined);
  return redact(text, [...own, ...passwordsIn(text)]);
}

/** Removes everything that looks like a secret. */
export function hideInLogs(text: string): string {
  return hideSecrets(text)
    .replace(named, (whole, name: string, value: string) => (hidden.test(value) ? whole : `${name}[secret]`))
    .replace(tokens, "[secret]");
}
