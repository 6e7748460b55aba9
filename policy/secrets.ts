import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { secretValues, writtenForms } from "../lib/secret-values.ts";
import { isKind } from "./kubernetes.ts";
import { entriesOf, textOf, type Resource, type Value } from "./resource.ts";

/** Shorter values match common words such as `chatwoot`. */
const shortestSecret = 12;

const secretWords =
  /PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|(PRIVATE|ACCESS|API|SIGNING|MASTER)_?KEY|CREDENTIAL|ENCRYPTION|(^|_)(DSN|PASS|PWD|SALT)$/i;
/** Suffixes of names about a secret, such as its path or length. */
const aboutSecrets = /_(FILE|PATH|NAME|NAMES|ID|LENGTH|DAYS|HOURS|MINUTES|SECONDS|FINGERPRINT|ALGORITHM|URI)$/i;

/** Whether a value of this name is a secret. */
export function hasSecretName(name: string): boolean {
  return secretWords.test(name) && !aboutSecrets.test(name);
}

/** The secret values of a configured secret, except short ones. */
export function longSecretValues(text: string): string[] {
  return secretValues(text).filter((value) => value.length >= shortestSecret);
}

/** Whether a text contains one of these secrets, as it is or encoded. */
export function containsSecret(secrets: readonly string[]): (text: string) => boolean {
  const forms = [...new Set(secrets.flatMap(writtenForms))].filter((form) => form.length >= shortestSecret);
  return (text) => forms.some((form) => text.includes(form));
}

/** Secrets in resources: generated values, and entries of Secrets with a secret name. */
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

/** The decoded entries of a Secret. */
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
