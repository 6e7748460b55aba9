/** A secret shorter than this would blot out ordinary words. */
const shortest = 6;

/** Replaces every one of the secrets in a text, also as it stands in an address or in JSON. */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = secrets
    .filter((secret) => secret.length >= shortest)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  // The longest first: a secret can hold another one.
  return [...new Set(forms)]
    .sort((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
}

/**
 * Starts at `://` and looks back for the scheme. A pattern that starts at the scheme takes a second for the answer to one
 * deployment, because every letter of a long word could be where a scheme begins.
 */
const addressWithPassword = /:\/\/(?<=[a-z][a-z0-9+.-]*:\/\/)[^\s:/@]*:([^\s@]+)@/gi;

/** The passwords in whatever addresses a text holds; what Redis or a database prints is a secret nobody told us before. */
export function passwordsIn(text: string): string[] {
  return [...text.matchAll(addressWithPassword)].map((match) => match[1] as string);
}
