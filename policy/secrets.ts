import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { isKind } from "./kubernetes.ts";
import { entriesOf, textOf, type Resource, type Value } from "./resource.ts";

/** Shorter texts are words that occur by chance: `chatwoot`, `production`. */
const shortestSecret = 12;

const secretWords = /PASSWORD|PASSWD|SECRET|TOKEN|PRIVATE_?KEY|ACCESS_?KEY|API_?KEY|CREDENTIAL|ENCRYPTION|(^|_)DSN$/i;
/** Names of what is not secret itself: where a secret lies, how long it is, which it is. */
const aboutSecrets = /_(FILE|PATH|NAME|NAMES|ID|LENGTH|DAYS|HOURS|MINUTES|SECONDS|FINGERPRINT|ALGORITHM|URI)$/i;

/** Whether a value under this name is one that nobody may read. */
export function hasSecretName(name: string): boolean {
  return secretWords.test(name) && !aboutSecrets.test(name);
}

/** An address with a password in it. What stands in `$(...)` is put in by Kubernetes, and is none. */
export function hasPassword(text: string): boolean {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:([^/\s@]+)@/i.exec(text)?.[1];
  return password !== undefined && !/^\$[({]/.test(password);
}

/** The values of secrets that somebody configured: whole, the password of an address, the values of a JSON object. */
export function secretValues(text: string): string[] {
  const found = [text];
  if (hasPassword(text) && URL.canParse(text)) found.push(decodeURIComponent(new URL(text).password));
  if (text.startsWith("{")) {
    try {
      found.push(...Object.values(JSON.parse(text) as object).filter((value) => typeof value === "string"));
    } catch {
      // Not JSON, and so a secret as a whole.
    }
  }
  return found.filter((value) => value.length >= shortestSecret);
}

/** Secrets that the resources themselves hold: what was generated, and what a Secret has under a name for such a thing. */
export function heldSecrets(resources: readonly Resource[]): string[] {
  return resources.flatMap((resource) => {
    if (resource.type.startsWith("random:")) return known([resource.props["result"]]);
    if (!isKind(resource, "Secret")) return [];
    return known(
      secretEntries(resource)
        .filter(([name]) => hasSecretName(name))
        .map(([, value]) => value),
    );
  });
}

/** What a Secret holds, decoded. */
export function secretEntries({ props }: Resource): [string, string][] {
  const decoded = entriesOf(props["data"]).map(([name, value]): [string, Value] => {
    const text = textOf(value);
    return [name, text === undefined ? undefined : Buffer.from(text, "base64").toString()];
  });
  return [...decoded, ...entriesOf(props["stringData"])].filter(([, value]) => textOf(value) !== undefined);
}

function known(values: Value[]): string[] {
  return values.filter(
    (value): value is string => typeof value === "string" && value !== unknownValue && value.length >= shortestSecret,
  );
}
